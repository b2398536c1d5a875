"""A simulated Atlas Cloud: the real protocol on loopback, with every ending and fault on call."""

from sandbox.atlas._fault import ENDINGS, Fault
from sandbox.atlas._guard import Operation, SeenRequest
from sandbox.atlas._prediction import Prediction
from sandbox.atlas._server import SimulatedAtlas
from sandbox.atlas._webhook import SigningKey, WebhookDelivery, webhook_body

__all__ = [
    "ENDINGS",
    "Fault",
    "Operation",
    "Prediction",
    "SeenRequest",
    "SigningKey",
    "SimulatedAtlas",
    "WebhookDelivery",
    "webhook_body",
]
