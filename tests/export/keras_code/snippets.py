"""Programs for Keras: the course's, and the ways in which people write others."""

from __future__ import annotations

DATA = """
import numpy as np
from random import randint
from sklearn.utils import shuffle
from sklearn.preprocessing import MinMaxScaler

train_labels = []
train_samples = []

for i in range(50):
    random_younger = randint(13, 64)
    train_samples.append(random_younger)
    train_labels.append(1)
for i in range(1000):
    random_older = randint(65, 100)
    train_samples.append(random_older)
    train_labels.append(1)

train_labels = np.array(train_labels)
train_samples = np.array(train_samples)
train_labels, train_samples = shuffle(train_labels, train_samples)
scaler = MinMaxScaler(feature_range=(0, 1))
scaled_train_samples = scaler.fit_transform(train_samples.reshape(-1, 1))
"""
TRIAL = (
    DATA
    + """
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Activation, Dense
from tensorflow.keras.optimizers import Adam
from tensorflow.keras.metrics import categorical_crossentropy

physical_devices = tf.config.experimental.list_physical_devices('GPU')
if len(physical_devices) > 0:
    tf.config.experimental.set_memory_growth(physical_devices[0], True)

model = Sequential([
    Dense(units=16, input_shape=(1,), activation='relu'),
    Dense(units=32, activation='relu'),
    Dense(units=2, activation='softmax')
])
model.summary()
model.compile(
    optimizer=Adam(learning_rate=0.0001), loss='sparse_categorical_crossentropy', metrics=['accuracy']
)
model.fit(x=scaled_train_samples, y=train_labels, validation_split=0.1, batch_size=10, epochs=30, verbose=2)
predictions = model.predict(x=scaled_test_samples, batch_size=10, verbose=0)
for i in predictions:
    print(i)

import os.path
if os.path.isfile('models/medical_trial_model.h5') is False:
    model.save('models/medical_trial_model.h5')
from tensorflow.keras.models import load_model
new_model = load_model('models/medical_trial_model.h5')
new_model.summary()
"""
)
CLASSIC = """
import keras
from keras import backend as K
from keras.models import Sequential
from keras.layers import Activation
from keras.layers.core import Dense
from keras.optimizers import Adam
from keras.metrics import categorical_crossentropy

model = Sequential([
    Dense(16, input_shape=(1,), activation='relu'),
    Dense(32, activation='relu'),
    Dense(2, activation='sigmoid')
])
model.compile(Adam(lr=.0001), loss='sparse_categorical_crossentropy', metrics=['accuracy'])
model.fit(scaled_train_samples, train_labels, batch_size=10, epochs=20, shuffle=True, verbose=2)
"""
FIRST = """
from keras.models import Sequential
from keras.layers import Dense, Activation
model = Sequential([
    Dense(3, input_shape=(2,), activation='relu'),
    Dense(2, activation='softmax'),
])
"""
FOUR_LAYERS = """
from keras.models import Sequential
from keras.layers import Dense, Activation
layers = [
    Dense(6, input_shape=(8,), activation='relu'),
    Dense(6, activation='relu'),
    Dense(4, activation='softmax')
]
model = Sequential(layers)
"""
ACTIVATION_LAYER = """
model = Sequential()
model.add(Dense(5, input_shape=(3,)))
model.add(Activation('relu'))
"""
REGULARIZED = """
import keras
from keras.models import Sequential
from keras.layers.core import Dense
from keras.optimizers import Adam
from keras import regularizers
model = Sequential([
    Dense(units=16, input_shape=(1,), activation='relu'),
    Dense(units=32, activation='relu', kernel_regularizer=regularizers.l2(0.01)),
    Dense(units=2, activation='sigmoid')
])
model.compile(optimizer=Adam(learning_rate=0.0001), loss='sparse_categorical_crossentropy', metrics=['acc'])
model.optimizer.learning_rate = 0.01
model.fit(x, y, validation_data=valid_set, batch_size=10, epochs=20)
"""
CONVOLUTION = """
import keras
from keras.models import Sequential
from keras.layers import Activation
from keras.layers.core import Dense, Flatten
from keras.layers.convolutional import *
from keras.layers.pooling import *
model = Sequential([
    Conv2D(32, kernel_size=(3,3), activation='relu', padding='same', input_shape=(20,20,3)),
    MaxPooling2D(pool_size=(2, 2), strides=2, padding='valid'),
    BatchNormalization(axis=-1),
    Conv2D(64, kernel_size=(5,5), activation='relu', padding='same'),
    Flatten(),
    Dense(2, activation='softmax', kernel_initializer='glorot_uniform', use_bias=False)
])
"""
COURSE = {
    "trial": TRIAL,
    "classic": CLASSIC,
    "first": FIRST,
    "four layers": FOUR_LAYERS,
    "activation as a layer": ACTIVATION_LAYER,
    "regularized": REGULARIZED,
    "convolution": CONVOLUTION,
}

_BARE = "model = keras.Sequential([keras.Input((4,)), {}, keras.layers.Dense(3)])\n"
_LAYERS = {
    "place": "keras.layers.Dense(8, 'relu', False, 'he_normal')",
    "function": "keras.layers.Dense(8, activation=keras.activations.tanh)",
    "leaky layer": "keras.layers.LeakyReLU()",
    "leaky layer with a slope": "keras.layers.LeakyReLU(0.1)",
    "leaky function": "keras.layers.Dense(8, activation='leaky_relu')",
    "leaky by its function": "keras.layers.Activation(keras.activations.leaky_relu)",
    "leaky in a lambda": (
        "keras.layers.Dense(8, activation=lambda x: keras.activations.leaky_relu(x, negative_slope=0.05))"
    ),
    "relu as a layer": "keras.layers.ReLU()",
    "relu6 as a layer": "keras.layers.ReLU(6.0)",
    "softmax as a layer": "keras.layers.Softmax()",
    "elu as a layer": "keras.layers.ELU(0.7)",
    "prelu": "keras.layers.PReLU()",
    "regularizers": (
        "keras.layers.Dense(8, kernel_regularizer=keras.regularizers.L1L2(l1=0.1, l2=0.2), "
        "bias_regularizer='l2')"
    ),
    "initializers": (
        "keras.layers.Dense(8, kernel_initializer=keras.initializers.RandomNormal(0.0, 0.02, seed=3), "
        "bias_initializer=keras.initializers.Constant(0.1))"
    ),
    "normalization": "keras.layers.BatchNormalization(1, 0.9, 0.01)",
    "layer normalization": "keras.layers.LayerNormalization(epsilon=1e-5)",
    "dropout": "keras.layers.Dropout(0.25, seed=1)",
    "reshaped": "keras.layers.Reshape((2, 2)), keras.layers.LSTM(5, return_sequences=True)",
    "lstm": "keras.layers.Reshape((4, 1)), keras.layers.LSTM(5, 'relu', 'hard_sigmoid', False)",
    "gru": "keras.layers.Reshape((4, 1)), keras.layers.GRU(5, recurrent_dropout=0.1)",
    "bidirectional": (
        "keras.layers.Reshape((4, 1)), "
        "keras.layers.Bidirectional(keras.layers.SimpleRNN(3, use_bias=False))"
    ),
    "convolution in one": "keras.layers.Reshape((4, 1)), keras.layers.Conv1D(2, 3, 1, 'same')",
    "convolution by place": (
        "keras.layers.Reshape((2, 2, 1)), "
        "keras.layers.Conv2D(2, 2, 1, 'same', None, 1, 1, 'relu', False), keras.layers.Flatten()"
    ),
    "pooling": (
        "keras.layers.Reshape((2, 2, 1)), keras.layers.ZeroPadding2D(((1, 1), (1, 1))), "
        "keras.layers.MaxPooling2D(2, 1, 'same'), keras.layers.AveragePooling2D((2, 2)), "
        "keras.layers.GlobalAveragePooling2D()"
    ),
    "comprehension": "*[keras.layers.Dense(2 ** n) for n in range(4, 1, -1)]",
}
LAYERS = {name: f"import keras\n{_BARE.format(text)}" for name, text in _LAYERS.items()}
"""Programs that real Keras runs as well."""

_COMPILED = (
    "import keras\nmodel = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, 'softmax')])\n"
)
_COMPILES = {
    "names": "model.compile('adam', 'sparse_categorical_crossentropy', metrics=['acc'])",
    "default optimizer": "model.compile(loss='mse')",
    "by place": "model.compile(keras.optimizers.SGD(0.1, 0.9, True), keras.losses.MeanSquaredError())",
    "huber": "model.compile(keras.optimizers.RMSprop(rho=0.8), keras.losses.Huber(2.0))",
    "smoothed": (
        "model.compile(keras.optimizers.Adam(0.01, 0.8, 0.9, 1e-6, True), "
        "keras.losses.CategoricalCrossentropy(False, 0.1))"
    ),
    "clipped": "model.compile(keras.optimizers.AdamW(0.01, 0.1, clipnorm=1.0), 'categorical_crossentropy')",
    "schedule": (
        "rate = keras.optimizers.schedules.CosineDecay(0.1, 50, 0.01)\n"
        "model.compile(keras.optimizers.Nadam(rate), 'mae', metrics=['mse'])"
    ),
    "rate set later": "model.compile('sgd', 'mse')\nmodel.optimizer.learning_rate = 0.25",
}
COMPILES = {name: f"{_COMPILED}{text}\n" for name, text in _COMPILES.items()}
"""Programs that real Keras runs as well."""
