using System.CommandLine;
using SamTune.Cli.Config;
using SamTune.Imaging;
using SamTune.Testing;

namespace SamTune.Cli.Tests;

public sealed class YamlSettingsTests
{
    private static readonly string[] s_known = ["steps", "method", "blocks", "deterministic", "optimizer.learningRate", "optimizer.weightDecay"];

    private enum Method
    {
        Full,
        PromptTuning,
    }

    [Fact]
    public void Values_are_read_by_key_and_type()
    {
        YamlSettings settings = Parse("steps: 100\nmethod: prompt-tuning\nblocks: [1, 3]\ndeterministic: true\noptimizer:\n  learningRate: 1e-4\n");
        Assert.Equal(100, settings.Find("steps")!.Number<int>("a whole number"));
        Assert.Equal(Method.PromptTuning, settings.Find("method")!.OneOf<Method>());
        Assert.Equal(["1", "3"], settings.Find("blocks")!.List());
        Assert.True(settings.Find("deterministic")!.Flag());
        Assert.Equal(1e-4, settings.Find("optimizer.learningRate")!.Number<double>("a number"));
        Assert.Null(settings.Find("optimizer.weightDecay"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing yet\n")]
    [InlineData("null\n")]
    public void An_empty_file_sets_nothing(string yaml) => Assert.Null(Parse(yaml).Find("steps"));

    [Fact]
    public void An_unknown_key_is_refused_with_its_line_and_the_known_keys()
    {
        string message = Refusal("steps: 3\nstep: 4\n");
        Assert.Contains("run.yaml, line 2: unknown key 'step'", message, StringComparison.Ordinal);
        Assert.All(s_known, key => Assert.Contains(key, message, StringComparison.Ordinal));
    }

    [Fact]
    public void An_unknown_nested_key_is_refused_by_its_whole_name() =>
        Assert.Contains("line 3: unknown key 'optimizer.lr'", Refusal("optimizer:\n  weightDecay: 0\n  lr: 1\n"), StringComparison.Ordinal);

    [Theory]
    [InlineData("steps: 1\nsteps: 2\n")] // doubled key
    [InlineData("steps: [1\n")]
    [InlineData("- steps\n")]
    [InlineData("just words\n")]
    [InlineData("steps: {a: 1}\n")]
    [InlineData("blocks: [[1], 2]\n")]
    [InlineData("optimizer: 3\n")]
    [InlineData("[a, b]: 1\n")]
    [InlineData("steps: 1\n---\nsteps: 2\n")]
    [InlineData("steps: *nowhere\n")]
    public void What_is_no_mapping_of_settings_is_refused_with_its_line(string yaml) => Assert.Matches(@"^run\.yaml, line \d+: ", Refusal(yaml));

    [Theory]
    [InlineData("many")]
    [InlineData("1.5")]
    [InlineData("null")]
    [InlineData("[1, 2]")]
    public void A_value_of_another_type_is_refused_with_what_it_must_be(string value)
    {
        YamlValue found = Parse($"steps: {value}\n").Find("steps")!;
        InputException exception = Assert.Throws<InputException>(() => found.Number<int>("a whole number"));
        Assert.Contains("run.yaml, line 1: 'steps' is ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_refused_by_its_path()
    {
        using var folder = new TemporaryFolder();
        InputException exception = Assert.Throws<InputException>(() => YamlSettings.Load(folder.At("none.yaml"), s_known));
        Assert.Contains("none.yaml", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_huge_file_is_refused_before_it_is_read()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.At("run.yaml"), new string('#', 2 << 20));
        Assert.Contains("at most", Assert.Throws<InputException>(() => YamlSettings.Load(folder.At("run.yaml"), s_known)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--steps 7", "steps: 5", 7)]
    [InlineData("", "steps: 5", 5)]
    [InlineData("", "", 3)]
    [InlineData("", "steps: null", 3)]
    public void A_flag_stands_above_the_file_and_the_file_above_the_default(string line, string yaml, int expected)
    {
        Option<int> flag = new("--steps") { DefaultValueFactory = _ => 1 };
        ParseResult result = new RootCommand { flag }.Parse(line);
        Assert.Equal(expected, Setting.Resolve(result, flag, Parse(yaml), "steps", v => v.Number<int>("a whole number"), otherwise: 3));
    }

    private static YamlSettings Parse(string yaml) => YamlSettings.Parse(yaml, "run.yaml", s_known);

    private static string Refusal(string yaml)
    {
        InputException exception = Assert.Throws<InputException>(() => Parse(yaml));
        Assert.DoesNotContain('\n', exception.Message);
        return exception.Message;
    }
}
