from django.urls import URLPattern

app_name = "privacy_api"

urlpatterns: list[URLPattern] = []
