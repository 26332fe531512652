using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SamTune.Adaptation;

/// <summary>Makes parameters that outlive the dispose scope they are made in.</summary>
internal static class TrainableTensor
{
    public static Parameter Create(Tensor values)
    {
        var parameter = new Parameter(values.detach().clone(), requires_grad: true);
        parameter.DetachFromDisposeScope();
        return parameter;
    }
}
