from django.urls import path

from webhooks.api import deliveries, endpoints

app_name = "webhooks_api"

_endpoint = "webhooks/endpoints/<uuid:endpoint_id>"
_delivery = "webhooks/deliveries/<uuid:delivery_id>"

urlpatterns = [
    path("webhooks/register/", endpoints.Register.as_view(), name="register"),
    path("webhooks/endpoints/", endpoints.Endpoints.as_view(), name="endpoints"),
    path(f"{_endpoint}/", endpoints.OneEndpoint.as_view(), name="endpoint"),
    path(f"{_endpoint}/secret/", endpoints.EndpointSecret.as_view(), name="secret"),
    path(f"{_endpoint}/test/", endpoints.EndpointTest.as_view(), name="test"),
    path(f"{_endpoint}/resend/", endpoints.EndpointResend.as_view(), name="resend-missed"),
    path("webhooks/deliveries/", deliveries.Deliveries.as_view(), name="deliveries"),
    path(f"{_delivery}/", deliveries.OneDelivery.as_view(), name="delivery"),
    path(f"{_delivery}/resend/", deliveries.DeliveryResend.as_view(), name="resend"),
]
