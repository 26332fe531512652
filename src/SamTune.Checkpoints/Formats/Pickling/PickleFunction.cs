namespace SamTune.Checkpoints.Formats.Pickling;

/// <summary>The callables that a pickle may name. Each is an instruction to this reader; none runs anything of Python's.</summary>
internal enum PickleFunction
{
    /// <summary><c>collections.OrderedDict</c>.</summary>
    OrderedDictionary,

    /// <summary><c>torch._utils._rebuild_tensor</c> and <c>_rebuild_tensor_v2</c>: storage, offset, size, stride and what does not concern values.</summary>
    RebuildTensor,

    /// <summary><c>torch._utils._rebuild_parameter</c> and <c>_rebuild_parameter_with_state</c>: the tensor inside.</summary>
    RebuildParameter,

    /// <summary><c>torch.Size</c>: the tuple inside.</summary>
    Size,

    /// <summary>Something whose result no tensor needs.</summary>
    Ignored,
}
