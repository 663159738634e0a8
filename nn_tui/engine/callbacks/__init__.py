"""What looks at every epoch's values and stops the training, changes the rate or writes them down."""

from .callback import Callback
from .csv_logger import *
from .rates import *
from .stopping import *
from .tensorboard import *

__all__ = ["Callback"]
