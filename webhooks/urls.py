from django.urls import path

from webhooks import views

app_name = "webhooks"

_endpoint = "webhooks/<uuid:endpoint_id>"
_delivery = "webhooks/deliveries/<uuid:delivery_id>"

urlpatterns = [
    path("webhooks/", views.endpoint_list, name="list"),
    path("webhooks/new/", views.endpoint_new, name="new"),
    path(f"{_endpoint}/", views.endpoint_detail, name="detail"),
    path(f"{_endpoint}/edit/", views.endpoint_edit, name="edit"),
    path(f"{_endpoint}/secret/", views.secret_rotate, name="rotate"),
    path(f"{_endpoint}/test/", views.endpoint_test, name="test"),
    path(f"{_endpoint}/enable/", views.endpoint_enable, name="enable"),
    path(f"{_endpoint}/disable/", views.endpoint_disable, name="disable"),
    path(f"{_endpoint}/resend/", views.missed_resend, name="resend-missed"),
    path(f"{_endpoint}/delete/", views.endpoint_delete, name="delete"),
    path(f"{_delivery}/", views.delivery_detail, name="delivery"),
    path(f"{_delivery}/resend/", views.delivery_resend, name="resend"),
]
