package meanflow

// Recommended is the configuration that came out best of those that were compared (benchmarks/quality.md), for the
// tutorial's network and batch:
//
//   - noise of the same rank as the data ([SortedNoise]), so that the flow is straight and one step follows it;
//   - r = t in half of the examples, so that the network is sure of the velocity at each point;
//   - an adaptive weight of power 0.25, which makes edges sharp;
//   - seven times the tutorial's learning rate, after a warm-up, falling to 0 along a cosine.
//
// A step of training takes about as long as the tutorial's. Everything can be changed before it is given to [Train]. Networks
// of width 512 want a smaller rate: at 0.02 they were lost, at 0.012 they were not.
func Recommended(data Data) Config {
	return Config{
		Data:         data,
		Objective:    MeanFlow{Equal: 0.5, Weight: AdaptiveWeight{Power: 0.25}},
		Coupling:     SortedNoise,
		LearningRate: 0.02,
		Schedule:     WithWarmUp(0.05, Cosine),
	}
}
