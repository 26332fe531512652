namespace SamTune.Cli.Tests;

public sealed class HelpTests
{
    public static TheoryData<string> Commands => ["inspect", "convert", "pull", "fewshot", "explain", "pretrain", "advise", "domains", "domain-table", "forgetting", "merge", "predict"];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_command_teaches_by_examples(string command)
    {
        CommandLineRun run = await CommandLineRun.Of(command, "--help");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("Examples:", run.Output, StringComparison.Ordinal);
        Assert.Contains($"samtune {command} ", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("check")]
    [InlineData("preview")]
    [InlineData("convert")]
    public async Task A_command_of_a_group_teaches_by_examples_too(string command)
    {
        CommandLineRun run = await CommandLineRun.Of("dataset", command, "--help");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains($"samtune dataset {command} ", run.Output, StringComparison.Ordinal);
        CommandLineRun wrong = await CommandLineRun.Of("dataset", command, "a", "--jsno");
        Assert.Contains($"samtune dataset {command} --help", wrong.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("--help")]
    public async Task Help_lists_every_command(params string[] arguments)
    {
        CommandLineRun run = await CommandLineRun.Of(arguments);
        Assert.Equal(0, run.ExitCode);
        Assert.All(Commands, command => Assert.Contains($"  {command.Data} ", run.Output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("inspekt")]
    [InlineData("inspect")]
    [InlineData("inspect", "a.pth", "--jsno")]
    [InlineData("convert", "a.pth", "b.pth", "--to", "onnx")]
    public async Task A_command_line_that_cannot_be_is_refused(params string[] arguments)
    {
        CommandLineRun run = await CommandLineRun.Of(arguments);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("--help", run.Error, StringComparison.Ordinal);
    }
}
