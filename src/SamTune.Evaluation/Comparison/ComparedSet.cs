namespace SamTune.Evaluation.Comparison;

/// <summary>One set of test pictures.</summary>
/// <param name="Name">The task's name.</param>
/// <param name="Subject">Whether it shows the training subject.</param>
/// <param name="Group">The subject: the volume's name.</param>
/// <param name="Structure">What is to be found.</param>
/// <param name="Pictures">Pictures measured.</param>
/// <param name="Objects">Objects in them.</param>
public sealed record ComparedSet(string Name, SubjectKind Subject, string Group, string Structure, int Pictures, int Objects);
