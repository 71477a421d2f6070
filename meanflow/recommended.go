package meanflow

// Recommended returns the configuration with the best samples of those that benchmarks/quality.md
// compares, for the tutorial's network and batch size. Columns of data should have a mean near 0
// and a deviation near 1.
//
//   - noise of the same rank as the data ([SortedNoise]) makes the flow straight, so that one step
//     follows it;
//   - r = t in half of the examples trains the velocity at each point directly;
//   - an adaptive weight of power 0.25 makes edges sharp;
//   - a learning rate of seven times the tutorial's warms up, then falls to 0 along a cosine.
//
// If data are [ConditionedData] with classes or condition values, the network is conditioned on
// them (Config.Guidance is 1). With two or more condition values the noise is independent, because
// SortedNoise can't keep it standard normal for each of them.
//
// A training step takes about as long as the tutorial's. You can change every field before you call
// [Train]. Networks of width 512 need a smaller learning rate: with 0.02 the training diverges,
// with 0.012 it does not.
func Recommended(data Data) Config {
	config := Config{
		Data:         data,
		Objective:    MeanFlow{FlowRatio: 0.5, Weight: AdaptiveWeight{Power: 0.25}},
		Coupling:     SortedNoise(),
		LearningRate: 0.02,
		Schedule:     WithWarmUp(0.05, CosineDecay()),
	}
	// Distributions that are only LabelledData are for pictures of all their points.
	if data, ok := data.(ConditionedData); ok && data.Classes()+data.Values() > 0 {
		config.Guidance = 1
		if data.Values() > 1 {
			config.Coupling = IndependentNoise()
		}
	}
	return config
}
