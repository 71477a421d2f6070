package digitmeasures

import (
	"context"
	"errors"
	"io/fs"
	"log"
	"os"

	"github.com/meanflow-go/meanflow/meanflow/latent"
)

// autoencoderFolder keeps the autoencoder, which all recipes and seeds share.
const autoencoderFolder = ".local/quality/autoencoder"

// Autoencoder loads the autoencoder that all models of codes share from .local/quality. If there is
// none, it trains and saves it.
func (d *Digits) Autoencoder(ctx context.Context) (*latent.Autoencoder, error) {
	_, err := os.Stat(autoencoderFolder)
	if err == nil {
		return latent.LoadAutoencoder(autoencoderFolder, nil)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	log.Print("training the autoencoder of digits, which takes two minutes")
	autoencoder, err := latent.Train(ctx, latent.Config{Data: d.Train})
	if err != nil {
		return nil, err
	}
	return autoencoder, autoencoder.Save(autoencoderFolder)
}
