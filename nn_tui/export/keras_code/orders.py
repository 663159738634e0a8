"""The order of Keras's arguments, as they may be given without their names.

Ours are fewer, so that an argument by its place is found by Keras's order, never by ours.
"""

from __future__ import annotations

from collections.abc import Mapping

from nn_tui.declare import Kind

_BIASED = "use_bias kernel_initializer bias_initializer"
_PRICED = "kernel_regularizer bias_regularizer activity_regularizer kernel_constraint bias_constraint"
_CONVOLUTION = (
    f"filters kernel_size strides padding data_format dilation_rate groups activation {_BIASED} {_PRICED}"
)
_POOLING = "pool_size strides padding data_format name"
_GLOBAL_POOLING = "data_format keepdims"
_RECURRENT_PRICED = (
    "kernel_regularizer recurrent_regularizer bias_regularizer activity_regularizer "
    "kernel_constraint recurrent_constraint bias_constraint dropout recurrent_dropout"
)
_RECURRENT_BIASED = "use_bias kernel_initializer recurrent_initializer bias_initializer"
_CLIPPED = (
    "clipnorm clipvalue global_clipnorm use_ema ema_momentum ema_overwrite_frequency "
    "loss_scale_factor gradient_accumulation_steps name"
)
_DECAYED = f"weight_decay {_CLIPPED}"
_FANS = "seed input_axes output_axes"
_LOSS = "reduction name dtype"
_METRIC = "name dtype"

ORDERS: Mapping[Kind, Mapping[str, str]] = {
    "layer": {
        "Activation": "activation",
        "AveragePooling1D": _POOLING,
        "AveragePooling2D": _POOLING,
        "BatchNormalization": (
            "axis momentum epsilon center scale beta_initializer gamma_initializer "
            "moving_mean_initializer moving_variance_initializer beta_regularizer gamma_regularizer "
            "beta_constraint gamma_constraint renorm renorm_clipping renorm_momentum synchronized"
        ),
        "Bidirectional": "layer merge_mode weights backward_layer",
        "Conv1D": _CONVOLUTION,
        "Conv2D": _CONVOLUTION,
        "Dense": f"units activation {_BIASED} {_PRICED}",
        "Dropout": "rate noise_shape seed",
        "ELU": "alpha",
        "Embedding": (
            "input_dim output_dim embeddings_initializer embeddings_regularizer "
            "embeddings_constraint mask_zero weights"
        ),
        "Flatten": "data_format",
        "GRU": (
            f"units activation recurrent_activation {_RECURRENT_BIASED} {_RECURRENT_PRICED} seed "
            "return_sequences return_state go_backwards stateful unroll reset_after use_cudnn"
        ),
        "GaussianNoise": "stddev seed",
        "GlobalAveragePooling1D": _GLOBAL_POOLING,
        "GlobalAveragePooling2D": _GLOBAL_POOLING,
        "GlobalMaxPooling1D": _GLOBAL_POOLING,
        "GlobalMaxPooling2D": _GLOBAL_POOLING,
        "Input": "shape batch_size dtype sparse ragged batch_shape",
        "InputLayer": "shape batch_size dtype sparse ragged batch_shape",
        "LSTM": (
            f"units activation recurrent_activation {_RECURRENT_BIASED} unit_forget_bias "
            f"{_RECURRENT_PRICED} seed "
            "return_sequences return_state go_backwards stateful unroll use_cudnn"
        ),
        "LayerNormalization": (
            "axis epsilon center scale beta_initializer gamma_initializer beta_regularizer "
            "gamma_regularizer beta_constraint gamma_constraint"
        ),
        "LeakyReLU": "negative_slope",
        "MaxPooling1D": _POOLING,
        "MaxPooling2D": _POOLING,
        "PReLU": "alpha_initializer alpha_regularizer alpha_constraint shared_axes",
        "ReLU": "max_value negative_slope threshold",
        "Reshape": "target_shape",
        "SimpleRNN": (
            f"units activation {_RECURRENT_BIASED} {_RECURRENT_PRICED} "
            "return_sequences return_state go_backwards stateful unroll seed"
        ),
        "Softmax": "axis",
        "ZeroPadding2D": "padding data_format",
    },
    "optimizer": {
        "Adadelta": f"learning_rate rho epsilon {_DECAYED}",
        "Adagrad": f"learning_rate initial_accumulator_value epsilon {_DECAYED}",
        "Adam": f"learning_rate beta_1 beta_2 epsilon amsgrad {_DECAYED}",
        "AdamW": f"learning_rate weight_decay beta_1 beta_2 epsilon amsgrad {_CLIPPED}",
        "Adamax": f"learning_rate beta_1 beta_2 epsilon {_DECAYED}",
        "Lion": f"learning_rate beta_1 beta_2 {_DECAYED}",
        "Nadam": f"learning_rate beta_1 beta_2 epsilon {_DECAYED}",
        "RMSprop": f"learning_rate rho momentum epsilon centered {_DECAYED}",
        "SGD": f"learning_rate momentum nesterov {_DECAYED}",
    },
    "loss": {
        "binary_crossentropy": f"from_logits label_smoothing axis {_LOSS}",
        "categorical_crossentropy": f"from_logits label_smoothing axis {_LOSS}",
        "huber": f"delta {_LOSS}",
        "sparse_categorical_crossentropy": "from_logits ignore_class reduction axis name dtype",
    },
    "metric": {
        "auc": "num_thresholds curve summation_method name dtype thresholds multi_label",
        "binary_accuracy": "name dtype threshold",
        "f1_score": "average threshold name dtype",
        "precision": "thresholds top_k class_id name dtype",
        "r2_score": "class_aggregation num_regressors name dtype",
        "recall": "thresholds top_k class_id name dtype",
        "sparse_top_k_categorical_accuracy": "k name dtype from_sorted_ids",
        "top_k_categorical_accuracy": "k name dtype",
    },
    "initializer": {
        "constant": "value",
        "identity": "gain",
        "orthogonal": "gain seed",
        "random_normal": "mean stddev seed",
        "random_uniform": "minval maxval seed",
        "truncated_normal": "mean stddev seed",
        "variance_scaling": f"scale mode distribution {_FANS}",
        "ones": "",
        "zeros": "",
    },
    "regularizer": {"L1": "l1", "L2": "l2", "L1L2": "l1 l2"},
    "callback": {
        "CSVLogger": "filename separator append",
        "EarlyStopping": (
            "monitor min_delta patience verbose mode baseline restore_best_weights start_from_epoch"
        ),
        "LearningRateScheduler": "schedule verbose",
        "ReduceLROnPlateau": "monitor factor patience verbose mode min_delta cooldown min_lr",
        "TensorBoard": (
            "log_dir histogram_freq write_graph write_images write_steps_per_second update_freq "
            "profile_batch embeddings_freq embeddings_metadata"
        ),
        "TerminateOnNaN": "raise_error",
    },
    "schedule": {
        "CosineDecay": "initial_learning_rate decay_steps alpha name warmup_target warmup_steps",
        "CosineDecayRestarts": "initial_learning_rate first_decay_steps t_mul m_mul alpha name",
        "ExponentialDecay": "initial_learning_rate decay_steps decay_rate staircase name",
        "InverseTimeDecay": "initial_learning_rate decay_steps decay_rate staircase name",
        "PiecewiseConstantDecay": "boundaries values name",
        "PolynomialDecay": "initial_learning_rate decay_steps end_learning_rate power cycle name",
    },
}
_OTHERS: Mapping[Kind, str] = {"loss": _LOSS, "metric": _METRIC, "initializer": _FANS}

COMPILE = ("optimizer", "loss", "loss_weights", "metrics", "weighted_metrics", "run_eagerly")
FIT = (
    *("x", "y", "batch_size", "epochs", "verbose", "callbacks", "validation_split", "validation_data"),
    *("shuffle", "class_weight", "sample_weight", "initial_epoch", "steps_per_epoch"),
)
FIT_GENERATOR = ("x", "steps_per_epoch", "epochs", "verbose", "callbacks", "validation_data")

OLD_NAMES: Mapping[str, str] = {"Convolution1D": "Conv1D", "Convolution2D": "Conv2D"}
OLD_ARGUMENTS: Mapping[Kind, Mapping[str, str]] = {
    "layer": {
        "alpha": "negative_slope",
        "border_mode": "padding",
        "init": "kernel_initializer",
        "W_regularizer": "kernel_regularizer",
        "p": "rate",
    },
    "optimizer": {"lr": "learning_rate"},
    "callback": {"epsilon": "min_delta"},
}
"""What older versions of Keras called an argument."""


def order_of(kind: Kind, name: str) -> tuple[str, ...]:
    """Give the names of a thing's arguments in Keras's order; empty for one that takes them by name only.

    Args:
        kind: what sort of thing.
        name: as it is registered, or Keras's own name of a layer that is read as an activation.
    """
    return tuple(ORDERS.get(kind, {}).get(name, _OTHERS.get(kind, "")).split())
