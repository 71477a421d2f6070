package meanflow

// Recommended is the configuration that did best of those compared in benchmarks/quality.md, for
// the tutorial's network and batch:
//
//   - noise of the same rank as the data ([SortedNoise]) makes the flow straight, so that one step
//     follows it;
//   - r = t in half of the examples makes the network sure of the velocity at each point;
//   - an adaptive weight of power 0.25 makes edges sharp;
//   - a learning rate seven times the tutorial's warms up, then falls to 0 along a cosine.
//
// A step of training takes about as long as the tutorial's. Every field can be changed before
// [Train]. Networks of width 512 need a smaller rate: 0.012 trains, 0.02 diverges.
func Recommended(data Data) Config {
	return Config{
		Data:         data,
		Objective:    MeanFlow{FlowRatio: 0.5, Weight: AdaptiveWeight{Power: 0.25}},
		Coupling:     SortedNoise(),
		LearningRate: 0.02,
		Schedule:     WithWarmUp(0.05, CosineDecay()),
	}
}
