// Package meanflow trains networks for the average velocity of a flow from noise to data, so that
// one evaluation of the network generates a sample (Geng et al., "Mean Flows for One-step
// Generative Modeling", arXiv 2505.13447). It runs on GoMLX.
//
// Time runs from t = 0 (data) to t = 1 (noise). A data point and a noise point are joined by the
// straight line x_t = (1 - t)·data + t·noise, whose velocity is v = noise - data. The network
// learns
//
//	u(x_t, t, r) = 1/(t - r) · ∫ v(x_s, s) ds from r to t,  0 <= r <= t <= 1
//
// from the MeanFlow identity u = v - (t - r)·du/dt, and generates by x_r = x_t - (t - r)·u(x_t, t,
// r): in one step x_0 = x_1 - u(x_1, 1, 0). (The paper writes u(z_t, r, t).)
//
// # The files
//
// The method:
//   - mean_flow.go: the loss, 10 lines; flow_matching.go: the one it is compared with;
//     improved_mean_flow.go, alpha_flow.go and split_mean_flow.go: variants;
//   - recommended.go: the recipe that did best, in one line;
//   - objective.go: what a loss is given, and what to write for one of your own;
//   - jvp.go: the Jacobian-vector product, forward mode from GoMLX's reverse mode;
//   - times.go: how t and r are drawn; coupling.go: which noise goes with which data;
//   - adaptive_weight.go, schedule.go, conditions.go, guidance.go: parts of a training step;
//   - sample.go: generating, in any number of steps; sample_with.go, solver.go: in other ways;
//   - likelihood.go: the density that the flow gives to a point.
//
// Around it:
//   - config.go, validate.go, check_times.go: what to train, and what makes no sense;
//   - data.go: what data are; draw.go: drawing them outside of a training;
//   - train.go: from a configuration to a model; recipe.go: what resuming compares;
//     interruption.go: Ctrl-C;
//   - model.go, load.go, compiled.go: the model, from a training or a checkpoint, and its graphs.
//
// The networks are in package network. What any training needs, whatever its loss, is in
// internal/training; internal/snapshot keeps folders that survive a crash, internal/engine runs
// loops.
//
// # The process
//
// This package leaves signals, standard output, the environment and the C library's allocator
// alone. [UntilInterrupted] makes Ctrl-C an interruption, Config.ProgressWriter shows the progress,
// and [backend.KeepMemory] makes XLA faster by a setting of the allocator. Warnings are lines on
// standard error.
//
// # Errors
//
// Functions that build graphs panic, as GoMLX's do; all others return errors that name the
// argument. [DivergedError], [InterruptedError], [MismatchError], [DamagedError] and [LockedError]
// are for errors.As. What can go wrong, what you see of it and what is kept is in faults.md.
package meanflow
