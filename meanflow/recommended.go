package meanflow

// Recommended returns the configuration with the best samples of those that benchmarks/quality.md
// compares, for the tutorial's network and batch size:
//
//   - noise of the same rank as the data ([SortedNoise]) makes the flow straight, so that one step
//     follows it;
//   - r = t in half of the examples trains the velocity at each point directly;
//   - an adaptive weight of power 0.25 makes edges sharp;
//   - a learning rate of seven times the tutorial's warms up, then falls to 0 along a cosine.
//
// A training step takes about as long as the tutorial's. You can change every field before you call
// [Train]. Networks of width 512 need a smaller learning rate: with 0.02 the training diverges,
// with 0.012 it does not.
func Recommended(data Data) Config {
	return Config{
		Data:         data,
		Objective:    MeanFlow{FlowRatio: 0.5, Weight: AdaptiveWeight{Power: 0.25}},
		Coupling:     SortedNoise(),
		LearningRate: 0.02,
		Schedule:     WithWarmUp(0.05, CosineDecay()),
	}
}
