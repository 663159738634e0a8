"""All insights; the order here is the order of the tabs. Adding one is adding a file and its line."""
# ruff: noqa: F401, I001

import nn_tui.insight.network
import nn_tui.insight.fit
import nn_tui.insight.step
import nn_tui.insight.gradients
import nn_tui.insight.weights
import nn_tui.insight.confusion
import nn_tui.insight.mistakes
import nn_tui.insight.activations
import nn_tui.insight.landscape
import nn_tui.insight.layers
import nn_tui.insight.best
import nn_tui.insight.word_list
