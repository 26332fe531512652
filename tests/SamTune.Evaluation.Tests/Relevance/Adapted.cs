using SamTune.Adaptation;
using SamTune.Data.Datasets;
using SamTune.Evaluation.Relevance;
using SamTune.Modeling;
using SamTune.Testing;
using static TorchSharp.torch;

namespace SamTune.Evaluation.Tests.Relevance;

/// <summary>A method on a tiny model, with its parameters set by a test instead of by training.</summary>
internal sealed class Adapted : IDisposable
{
    public Adapted(MethodConfig config, Action<string, Tensor>? set = null)
    {
        Model = TestModels.Tiny();
        Method = FineTuning.Create(config, Model, seed: 1);
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        foreach ((string name, var parameter) in Method.Trainable)
        {
            set?.Invoke(name, parameter);
        }
    }

    public Sam Model { get; }

    public IFineTuning Method { get; }

    /// <summary>Pictures with one and with two discs.</summary>
    public static IReadOnlyList<Sample> Samples(int count)
    {
        var discs = new DiscDataset(count);
        return [.. Enumerable.Range(0, count).Select(discs.Load)];
    }

    /// <summary>Numbers in -scale..scale that follow from the parameter's name.</summary>
    public static void Fill(string name, Tensor parameter, float scale)
    {
        using Tensor values = tensor(FormulaWeights.Values(name, parameter.numel()), parameter.shape);
        parameter.copy_(values.mul(scale));
    }

    /// <summary>The report of this method against a base.</summary>
    public RelevanceReport Explain(Sam original, IReadOnlyList<Sample> samples) => RelevanceBaseline
        .Capture(original, samples, TestContext.Current.CancellationToken)
        .Compare(Model, Method, cancel: TestContext.Current.CancellationToken);

    public void Dispose()
    {
        Method.Dispose();
        Model.Dispose();
    }
}
