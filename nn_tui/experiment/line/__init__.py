"""An experiment as one line that can be written on a board: `circle 4t-2t lr=.03`.

A line begins with what could be opened alone (an example, data, a spec file) and goes on with what is
different: a stack of layers, an optimizer, settings. What it does not say is as in the experiment that its
first word opens.
"""

from .reading import read_line as read_line
from .words import is_line as is_line
from .writing import Line as Line
from .writing import write_line as write_line
