namespace SamTune.Evaluation.Relevance;

/// <summary>What is kept of one encoder block's work on one picture.</summary>
/// <param name="Tokens">Output at the selected tokens, (inside then outside, C).</param>
/// <param name="FromObject">Attention that each token receives from the object's tokens, (g, g); sums to 1 less what goes to the padding of windows.</param>
/// <param name="FromPicture">The same from all tokens of the picture.</param>
/// <param name="AddedNorm">Frobenius norm of what the method added to the block's output, over the whole map; 0 where it added nothing.</param>
/// <param name="OutputNorm">Frobenius norm of the block's output before that; 0 where nothing was added.</param>
internal sealed record BlockTrace(float[] Tokens, float[] FromObject, float[] FromPicture, double AddedNorm, double OutputNorm);
