"""The course inside: lessons that are done at the workbench, in several languages. How to write one:

Files, all in `texts/`; adding a lesson or a language is adding files, nothing lists them:

    09-learning-rate.toml          the experiment it begins with: a spec, as `nn-tui FILE` opens it; it
                                   should train in a second or two
    09-learning-rate.NAME.toml     another experiment, for a task with `preset = "NAME"`
    09-learning-rate.tasks.toml    minutes and tasks, the same for every language
    en/09-learning-rate.md         the words; zh/09-learning-rate.md: the same pages, tasks and placeholders
    en/words.toml                  the words on screen around all lessons

The tasks' file:

    minutes = 6                                 # 3 to 10; about words / 120 + 0.6 for each task

    [tasks.overshoot]                           # in the order of the pages; the texts call it `overshoot`
    done = 'diagnosis == "learning_rate_high"'  # a condition; must not hold before anything was done
    show = ["4 ]", "space", "wait finished"]    # what "show me" presses; then `done` must hold
    preset = "deep"                             # rarely: opened with the page; "start": the first

A task goes on from what the tasks before it left on the bench; what was passed over is done first
by "show me". Steps of `show` (see `steps`): a key as people write it (`]`, `enter`, `ctrl+o`), "3
down", "type 0.3", "insight weights", "wait CONDITION". Begin in a known place: "b", "home" (the
data), "down" (the first layer). In a form `tab` goes to the next field.

Conditions (see `conditions`; each fact is a function in `facts`, adding one is adding a function there):

    built     layers("Dense") >= 3   hidden >= 2   layer(1) == "Dropout"   units(0) == 8   uses("L2")
              activation(0) == "relu"   setting("data.validation_split") > 0   changed("data")
              parameters > 100   learning_rate >= 1   batch_size == 1   epochs == 5   optimizer == "SGD"
              loss_function == "mean_squared_error"   data == "spiral"   seed
    trained   trained >= 20 (epochs since the task began)   batches >= 1   runs >= 2   resets >= 1
              rates >= 2   epoch >= 20 (of the run)   finished   phase == "paused"   diverged
              marks("learning_rate") >= 1 (on the curves, as a change while it trains makes one)
    measured  loss <= 0.3   val_loss - loss > 0.1   accuracy, any metric   first("loss")
              lowest("val_loss")   highest("val_accuracy"); never true before an epoch was trained
    found     diagnosis == "overfitting"   found("dead_relu"), the names of `experiment.diagnosis`
    looked    looked("step") (came in sight since the task began)   insight == "step"   turned("sample")
              option("sample") == 3   chosen("feature") == "age"   screen == "data"   opened("runs")

At 120 columns an insight is always in sight: `fit` where there are one or two features, else
`network`. So do not ask to look at that one; ask for another, or to turn a control of it.

The text is a small part of Markdown (see `reading`): `# Title`, then pages, each `## Heading` with short
paragraphs, `- ` items, code between three backticks, and at most one task with its hint:

    - [ ] `overshoot` Raise the learning rate until the loss jumps up and down.
      > Each press of `]` makes it about three times larger.

The last page but one says what was seen and has no task. The last page asks a question; its answer
is a quote:

    > Because every step goes too far.

A page must fit 76 columns and 16 lines with its hint shown, lines of code 38 columns: 60 to 100
words. Write short sentences in the field's words, to "you"; keys stand in code spans; say what to
look at and where. In Chinese the field's terms stand in English behind the Chinese word where it
comes first: 学习率 (learning rate).

Numbers are computed, none is written by hand. `{NAME.PART[0]:.4f}` is filled from `numbers/`, where
functions compute with the lesson's experiment: `@number def forward(of: Preset)`; adding one is
adding a function or a file. There are:

    {preset.epochs} {preset.batch_size} {preset.batches} {preset.rows} {preset.validation_rows}
    {preset.test_rows} {preset.features} {preset.classes} {preset.parameters} {preset.learning_rate}
    {preset.units[0]} {preset.layer_parameters[0]} {preset[layers.0.units]}    what the experiment says
    {trained.loss:.4f} {trained.first.loss:.2f} {trained.lowest.val_loss:.3f} {trained.test.accuracy:.1%}
    {trained[fit.epochs=5 layers.0.units=8].loss:.4f}     after training: as it is, or with settings changed
    {other[NAME].parameters} {other_trained[NAME].loss:.4f}    the same of another experiment of the lesson
    {trained.answer[0]:.1%} {trained.lines[1]}    the first row's answer then; the first epoch's line
    {step.x[0]} {step.z[0][1]:.4f} {step.a[0][1]:.4f} {step.p[0]:.4f} {step.loss:.4f} {step.label}
    {step.w[0][0][1]:.4f} {step.g[0][0][1]:.4f} {step.new[0][0][1]:.4f} {step.batch.loss:.4f}
                                                  one step with the first row, untrained, as the insight
                                                  Step has it, see `numbers.working`; {other_step[NAME]}
    {guessing:.4f} {count.hidden_weights} {tab[network]}    cross-entropy of guessing; the key of an insight

The rule for digits, which a test checks: outside of placeholders a digit may only stand in a code span or
in lines of code, and there only as
- a key of the program or the name of a registered thing: `1`, `Conv2D`, `L2`;
- the sizes of a network of this lesson: `2-3-2`, of which the first is the number of features;
- a calculation that comes out, to the digits that are shown: `0.5 * 2 + 1 = 2`; its numbers must come from
  placeholders, or be 0, 1 or 2 as formulas have them; with letters in it, it is a formula and not reckoned;
- Python that can be read; a `Sequential` in it is a network of this lesson.
Small counts are words: "two layers".
"""
