using SamTune.Adaptation;
using SamTune.Adaptation.Adapters;
using SamTune.Adaptation.Full;
using SamTune.Adaptation.Lora;
using SamTune.Adaptation.PromptTuning;
using SamTune.Checkpoints.Layouts;
using SamTune.Cli.Advice;
using SamTune.Data.Augmentation;
using SamTune.Imaging;
using SamTune.Training;
using SamTune.Training.Caching;

namespace SamTune.Cli.Tests.Advice;

public sealed class MemoryPlanTests
{
    private static readonly TrainingOptions s_options = new() { BatchSize = 4, AccumulationSteps = 2 };

    private static readonly SourceSizes s_small = new(LargestPicture: null, LargestVolume: 0, MostObjects: null);

    [Fact]
    public void A_falling_limit_first_makes_passes_smaller_then_checkpoints_then_refuses_and_keeps_the_pictures_a_step()
    {
        var seen = new List<(int Batch, bool Checkpointing)>();
        double limit = 1e12;
        while (true)
        {
            MemoryPlan plan;
            try
            {
                plan = Plan(new LoraConfig(), (long)limit);
            }
            catch (InputException refused)
            {
                Assert.Contains("--memory-limit", refused.Message, StringComparison.Ordinal);
                break;
            }

            Assert.True(plan.Bytes <= limit);
            Assert.Equal(8, plan.Options.BatchSize * plan.Options.AccumulationSteps);
            Assert.True(plan.Bytes + plan.Cache.Limit <= Math.Max(limit, plan.Bytes));
            seen.Add((plan.Options.BatchSize, plan.Options.Checkpointing));
            limit = plan.Bytes - 1;
        }

        Assert.Equal((4, false), seen[0]);
        Assert.Equal((1, true), seen[^1]);
        Assert.Contains((1, false), seen);
        Assert.Equal(seen.OrderBy(s => s.Checkpointing), seen);
    }

    [Fact]
    public void Checkpointing_and_late_placement_need_less()
    {
        long Needed(MethodConfig method, bool isCheckpointed) =>
            MemoryPlan.For(SamArchitecture.VitB, method, 1024, s_options with { Checkpointing = isCheckpointed }, new CacheOptions(), long.MaxValue / 2, s_small).Bytes;
        foreach (MethodConfig method in new MethodConfig[] { new LoraConfig(), new AdapterConfig(), new FullConfig(), new LoraConfig { FromBlock = 8 } })
        {
            Assert.True(Needed(method, true) < Needed(method, false), method.Method);
        }

        Assert.True(Needed(new LoraConfig { FromBlock = 8 }, false) < Needed(new LoraConfig(), false));
        Assert.Equal(Needed(new PromptTuningConfig(), false), Needed(new PromptTuningConfig(), true));
    }

    [Fact]
    public void A_cache_in_a_folder_is_no_part_of_the_memory()
    {
        var shared = new CacheOptions { Folder = "cache" };
        Assert.Equal(shared, MemoryPlan.For(SamArchitecture.VitB, new PromptTuningConfig(), 1024, s_options, shared, 50_000_000_000, s_small).Cache);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Large_pictures_and_volumes_count(bool isCheckpointed)
    {
        long Needed(SourceSizes sources) => MemoryPlan.For(
            SamArchitecture.VitB, new LoraConfig(), 1024, s_options with { Checkpointing = isCheckpointed }, new CacheOptions(), long.MaxValue / 2, sources).Bytes;
        long usual = Needed(s_small);
        Assert.Equal(usual, Needed(new SourceSizes(1024 * 1024, 0, null)), 10.0);

        // Four pictures a pass, each of which takes at least its colours; a volume at least its voxels, 16 bits each.
        Assert.InRange(Needed(new SourceSizes(100_000_000, 0, null)), usual + (4 * 3 * 90_000_000L), long.MaxValue);
        Assert.InRange(Needed(new SourceSizes(null, 500_000_000, null)), usual + (2 * 500_000_000L), long.MaxValue);
    }

    [Fact]
    public void More_prompts_a_picture_need_more()
    {
        long Needed(TrainingOptions options) => MemoryPlan.For(SamArchitecture.VitB, new LoraConfig(), 1024, options, new CacheOptions(), long.MaxValue / 2, s_small).Bytes;
        long usual = Needed(s_options);
        Assert.InRange(Needed(s_options with { ObjectsPerImage = 20 }), usual + 1, long.MaxValue);
        Assert.Equal(Needed(s_options with { ObjectsPerImage = 12 }), Needed(s_options with { CorrectiveRounds = 2 }));
        Assert.Equal(Needed(s_options with { ObjectsPerImage = 8 }), Needed(s_options with { Augmentation = AugmentationSpec.FewShot }));
    }

    private static MemoryPlan Plan(MethodConfig method, long limit) => MemoryPlan.For(SamArchitecture.VitB, method, 1024, s_options, new CacheOptions(), limit, s_small);
}
