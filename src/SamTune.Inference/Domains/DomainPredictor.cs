using SamTune.Adaptation.Domains;
using SamTune.Imaging;

namespace SamTune.Inference.Domains;

/// <summary>Predicts batches of pictures that belong to different domains, in one pass of the base: each picture through its own adapter.</summary>
/// <remarks>Keeps nothing between calls, so that any number of threads may share it. The set stays the caller's.</remarks>
/// <param name="set">The domains on their base.</param>
public sealed class DomainPredictor(AdapterSet set)
{
    /// <summary>Answers all prompts of several pictures. Activations of all pictures are in memory together: choose the number of pictures accordingly.</summary>
    /// <param name="images">Pictures with their prompts and domains, in any order.</param>
    /// <param name="multimask">True for the alternatives, false for the single mask; by default the alternatives for a lone click.</param>
    /// <returns>For each picture one answer a prompt, in the same order.</returns>
    /// <exception cref="InputException">
    /// A domain is not in the set or takes bands that its picture does not have; a coordinate is not a number, or a mask prompt has the wrong size.
    /// </exception>
    public IReadOnlyList<IReadOnlyList<Prediction>> Predict(IReadOnlyList<DomainImage> images, bool? multimask = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.Count == 0)
        {
            return [];
        }

        for (int i = 0; i < images.Count; i++)
        {
            RequireBands(i, images[i]);
        }

        // Beside each other the pictures of a domain are a view of the batch; scattered they would be gathered at each layer.
        int[] order = [.. Enumerable.Range(0, images.Count).OrderBy(i => images[i].Domain, StringComparer.Ordinal)];
        using var predictor = new SamPredictor(set.Model, set.Batch([.. order.Select(i => images[i].Domain)]));
        IReadOnlyList<IReadOnlyList<Prediction>> sorted = predictor.PredictBatch([.. order.Select(i => (images[i].Image, images[i].Prompts))], multimask);
        return [.. order.Zip(sorted).OrderBy(p => p.First).Select(p => p.Second)];
    }

    private void RequireBands(int position, DomainImage picture)
    {
        int taken = set.Adaptation(picture.Domain).ExtraBands.Count, found = picture.Image.ExtraBands.Count;
        if (found < taken)
        {
            throw new InputException(
                $"domain '{picture.Domain}': takes {taken} band(s) beside red, green and blue, and picture {position + 1} of the batch has {found}; open it by the domain's recipe, or choose another domain for it.");
        }
    }
}
