// Package meanflow trains networks for the average velocity of a flow from noise to data, so that one
// evaluation of the network generates a sample (Geng et al., "Mean Flows for One-step Generative
// Modeling", arXiv 2505.13447). It runs on GoMLX.
//
// Time runs from t = 0 (data) to t = 1 (noise). A data point and a noise point are joined by the
// straight line x_t = (1 - t)·data + t·noise, whose velocity is v = noise - data. The network learns
//
//	u(x_t, t, r) = 1/(t - r) · ∫ v(x_s, s) ds from r to t,  0 <= r <= t <= 1
//
// from the MeanFlow identity u = v - (t - r)·du/dt, and generates by x_r = x_t - (t - r)·u(x_t, t, r):
// in one step x_0 = x_1 - u(x_1, 1, 0).
//
// # The files
//
// The method:
//   - mean_flow.go: the loss, 10 lines; flow_matching.go: the one it is compared with; improved_mean_flow.go,
//     alpha_flow.go and split_mean_flow.go: what others made of it;
//   - recommended.go: the recipe that came out best, in one line;
//   - objective.go: what a loss is given, and what to write for one of your own;
//   - jvp.go: the Jacobian-vector product, forward mode from GoMLX's reverse mode;
//   - times.go: how t and r are drawn; coupling.go: which noise goes with which data;
//   - adaptive_weight.go, schedule.go, averages.go, guidance.go: what else the papers do;
//   - net.go, mlp.go: what a network is, and the tutorial's one;
//   - sample.go: generating, in any number of steps; sampling.go, method.go: in other ways;
//   - likelihood.go: the density that the flow gives to a point.
//
// Around it:
//   - config.go, train.go, train_steps.go, pairs.go, progress.go: the training;
//   - divergence.go, interruption.go: how it ends before its time;
//   - loop.go: many steps, of training or of generating, in one call of the engine;
//   - model.go, checkpoint.go, variables.go, checksum.go, lock.go: what it leaves;
//   - border.go: where panics become errors.
//
// Functions that build graphs panic, as GoMLX's do; all others return errors. What can go wrong, what you see of it and
// what is kept is in faults.md.
package meanflow
