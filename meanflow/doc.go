// Package meanflow trains networks for the average velocity of a flow from noise to data, so that
// one evaluation of the network generates a sample (Geng et al., "Mean Flows for One-step
// Generative Modeling", arXiv 2505.13447). It uses GoMLX.
//
// Time runs from t = 0 (data) to t = 1 (noise). The straight line x_t = (1 - t)·data + t·noise
// joins a data point and a noise point. Its velocity is v = noise - data. The network learns the
// average velocity
//
//	u(x_t, t, r) = 1/(t - r) · ∫ v(x_s, s) ds from r to t,  0 <= r <= t <= 1
//
// from the MeanFlow identity u = v - (t - r)·du/dt. It generates samples by x_r = x_t - (t -
// r)·u(x_t, t, r), in one step by x_0 = x_1 - u(x_1, 1, 0). (The paper writes u(z_t, r, t).)
//
// # The files
//
// The method:
//   - mean_flow.go: the loss, in 10 lines; flow_matching.go: the baseline;
//     improved_mean_flow.go, alpha_flow.go and split_mean_flow.go: variants;
//   - drifting.go: a generator of a single step, without a flow; one_step.go: what its models
//     can't do;
//   - recommended.go: the configuration with the best samples;
//   - objective.go: the interface of a loss, for losses of your own;
//   - jvp.go: the Jacobian-vector product, forward mode from GoMLX's reverse mode;
//   - times.go: how t and r are drawn; coupling.go: which noise is paired with which data;
//     sort.go: sorting on every engine; reflow.go: pairs that a model makes;
//   - adaptive_weight.go, schedule.go, conditions.go, guidance.go: parts of a training step;
//   - sample.go: sampling in any number of steps; sample_with.go, solver.go: with options;
//   - likelihood.go: the density that the flow gives to a point.
//
// Around the method:
//   - config.go, validate.go, check_times.go: the configuration, and checks of it;
//   - data.go: the interface of data; scaled.go: the units of a model;
//   - train.go: from a configuration to a model; initial_model.go: beginning with another model;
//     recipe.go: what resuming compares; interruption.go: Ctrl-C;
//   - model.go, save.go, load.go, safetensors.go, compiled.go: the model, from a training, a folder
//     or a safetensors file, and its graphs.
//
// Package network has the networks. Package internal/training trains with any loss,
// internal/snapshot keeps folders that survive a crash, and internal/engine runs loops.
//
// # The process
//
// Unless you ask for it, this package does not touch signals, standard output, the environment and
// the C library's allocator. [UntilInterrupted] makes Ctrl-C interrupt a training,
// Config.ProgressWriter shows the progress, and [backend.KeepMemory] makes XLA faster by changing
// the allocator. Warnings are lines on standard error.
//
// # Errors
//
// Functions that build graphs panic, as GoMLX's do. All others return errors that name the
// argument. [DivergedError], [InterruptedError], [MismatchError], [DamagedError], [LockedError] and
// [OneStepError] can be told apart by errors.As. The file faults.md describes what can go wrong and
// what to do about it.
package meanflow
