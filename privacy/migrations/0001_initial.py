import accounts.scope
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='PurgeRun',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('finished_at', models.DateTimeField(null=True)),
                ('planned_count', models.PositiveIntegerField(default=0)),
                ('deleted_count', models.PositiveIntegerField(default=0)),
                ('failed_count', models.PositiveIntegerField(default=0)),
                ('held_count', models.PositiveIntegerField(default=0)),
                ('stray_count', models.PositiveIntegerField(default=0)),
                ('overdue_count', models.PositiveIntegerField(default=0)),
                ('size_bytes', models.PositiveBigIntegerField(default=0)),
                ('proof_sha256', models.CharField(blank=True, max_length=64)),
                ('institution', models.ForeignKey(default=accounts.scope.current_institution_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.institution')),
            ],
            options={
                'ordering': ['-created_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='PurgedThing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('data_class', models.CharField(max_length=16)),
                ('kind', models.CharField(max_length=40)),
                ('session_id', models.UUIDField(null=True)),
                ('thing_id', models.CharField(max_length=300)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('size_bytes', models.PositiveBigIntegerField(default=0)),
                ('count', models.PositiveIntegerField(default=1)),
                ('is_gone', models.BooleanField(default=False)),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('institution', models.ForeignKey(default=accounts.scope.current_institution_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.institution')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='things', to='privacy.purgerun')),
            ],
            options={
                'ordering': ['id'],
                'indexes': [models.Index(fields=['run', 'session_id'], name='purged_of_a_run')],
            },
        ),
    ]
