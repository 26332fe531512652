namespace SamTune.Cli.Pretraining;

/// <summary>Mean IoU on held-out scenes for one way of prompting.</summary>
/// <param name="Prompt">The prompt, and which mask counts where there are several.</param>
/// <param name="Objects">Objects measured.</param>
/// <param name="Iou">Mean IoU over all.</param>
/// <param name="WholeIou">Mean IoU over wholes; null where there was none.</param>
/// <param name="PartIou">Mean IoU over parts; null where there was none.</param>
/// <param name="SubPartIou">Mean IoU over sub-parts; null where there was none.</param>
internal sealed record SceneScore(string Prompt, int Objects, double Iou, double? WholeIou, double? PartIou, double? SubPartIou);
