"""What looks at every epoch and stops the training, changes the rate, writes values down or labels rows."""

from .callback import Callback
from .csv_logger import *
from .labels import *
from .rates import *
from .stopping import *
from .tensorboard import *

__all__ = ["Callback"]
