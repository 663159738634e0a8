"""TensorFlow Playground's pages as experiments: the address, what it says, and back."""

from .address import Reading as Reading
from .address import is_address as is_address
from .address import read_address as read_address
from .address import write_address as write_address
