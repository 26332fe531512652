namespace SamTune.Cli.Predicting;

/// <summary>One kind of prediction, with its flags already read and checked.</summary>
internal interface IPredictionRun
{
    /// <summary>Predicts and writes the results.</summary>
    void Run(PredictionContext context);
}
