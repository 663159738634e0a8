"""The layers, a family a file."""

from .activating import *
from .bidirectional import *
from .convolutional import *
from .core import *
from .gru import *
from .layer import Layer
from .lstm import *
from .normalization import *
from .pooling import *
from .recurrent import *
from .regularization import *
from .reshaping import *
