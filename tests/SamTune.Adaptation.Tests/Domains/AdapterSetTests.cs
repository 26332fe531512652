using SamTune.Adaptation.Adapters;
using SamTune.Adaptation.Domains;
using SamTune.Adaptation.Full;
using SamTune.Adaptation.Lora;
using SamTune.Adaptation.PromptTuning;
using SamTune.Imaging;
using SamTune.Modeling;
using SamTune.Modeling.Loading;
using SamTune.Testing;
using static TorchSharp.torch;

namespace SamTune.Adaptation.Tests.Domains;

public sealed class AdapterSetTests
{
    private static readonly (string Domain, MethodConfig Config)[] s_domains =
    [
        ("mri", new LoraConfig { Rank = 2 }),
        ("ct", new AdapterConfig { Bottleneck = 4, Output = true }),
        ("thermal", new PromptTuningConfig { Tokens = 4 }),
    ];

    [Fact]
    public void Adding_using_and_removing_domains_changes_no_bit_of_the_base()
    {
        using var scope = NewDisposeScope();
        using Sam model = TestModels.Tiny();
        string before = SamFingerprint.Compute(model);
        using AdapterSet set = Filled(model);
        Assert.Equal(["ct", "mri", "thermal"], set.Domains);
        foreach (string domain in set.Domains)
        {
            DomainPass.Run(model, DomainPass.Pictures(2), set.Adaptation(domain));
        }

        DomainPass.Run(model, DomainPass.Pictures(3), set.Batch(["mri", "base", "ct"]));
        set.Remove("mri").Dispose();
        Assert.Equal(["ct", "thermal"], set.Domains);
        Assert.Equal(before, SamFingerprint.Compute(model));
    }

    [Fact]
    public void A_domain_predicts_to_the_bit_as_its_adapter_alone()
    {
        using var scope = NewDisposeScope();
        using Sam model = TestModels.Tiny(), other = TestModels.Tiny();
        using AdapterSet set = Filled(model);
        var pictures = DomainPass.Pictures(2);
        for (int i = 0; i < s_domains.Length; i++)
        {
            using IFineTuning alone = TrainedMethods.Create(s_domains[i].Config, other, i);
            Assert.Equal(DomainPass.Numbers(other, pictures, alone.Adaptation), DomainPass.Numbers(model, pictures, set.Adaptation(s_domains[i].Domain)));
        }

        Assert.Equal(DomainPass.Numbers(other, pictures, NoAdaptation.Instance), DomainPass.Numbers(model, pictures, set.Adaptation(AdapterSet.BaseName)));
    }

    [Fact]
    public void Domains_trained_side_by_side_leave_the_base_and_each_other_as_they_are()
    {
        using Sam model = TestModels.Tiny();
        string before = SamFingerprint.Compute(model);
        using AdapterSet set = Filled(model);
        foreach (string trained in set.Domains)
        {
            Dictionary<string, float[][]> others = set.Domains.Where(d => d != trained).ToDictionary(d => d, d => Values(set.Method(d)));
            float[][] own = Values(set.Method(trained));
            Train(model, set.Method(trained), steps: 3);
            Assert.NotEqual(own, Values(set.Method(trained)));
            Assert.All(others, o => Assert.Equal(o.Value, Values(set.Method(o.Key))));
        }

        Assert.Equal(before, SamFingerprint.Compute(model));
    }

    [Fact]
    public void Choosing_a_domain_copies_nothing()
    {
        using Sam model = TestModels.Tiny();
        using AdapterSet set = Filled(model);
        long before = Tensor.TotalCount;
        Assert.Same(set.Adaptation("mri"), set.Adaptation("mri"));
        Assert.Same(set.Method("mri").Adaptation, set.Adaptation("mri"));
        Assert.Same(set.Adaptation("ct"), set.Batch(["ct", "ct"]));
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public async Task Readers_go_on_while_domains_come_and_go()
    {
        using Sam model = TestModels.Tiny();
        using AdapterSet set = Filled(model);
        using var stop = new CancellationTokenSource();
        Task[] readers = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(
            () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    Assert.Same(set.Method("mri").Adaptation, set.Adaptation("mri"));
                    Assert.Contains("ct", set.Domains);
                }
            },
            TestContext.Current.CancellationToken))];
        for (int i = 0; i < 50; i++)
        {
            set.Add("guest", FineTuning.Create(new PromptTuningConfig { Tokens = 1 }, model, i));
            set.Remove("guest").Dispose();
        }

        await stop.CancelAsync();
        await Task.WhenAll(readers);
    }

    [Fact]
    public void What_is_no_domain_or_cannot_be_one_is_refused()
    {
        using Sam model = TestModels.Tiny();
        using AdapterSet set = Filled(model);
        Refused("domain 'xray': is not in the set; there are ct, mri, thermal, and base", () => set.Adaptation("xray"));
        Refused("'xray'", () => set.Remove("xray"));
        Refused("'xray'", () => set.Batch(["mri", "xray"]));
        using IFineTuning full = FineTuning.Create(new FullConfig(), model, 0), lora = FineTuning.Create(new LoraConfig(), model, 0);
        Refused("cannot share the base", () => set.Add("full", full));
        Refused("is in the set already", () => set.Add("mri", lora));
        foreach (string name in new[] { "", "base", "auto", "a+b", "a:b", "../a", "a b", new string('a', 65) })
        {
            Refused("is no name for a domain", () => set.Add(name, lora));
        }

        using var empty = new AdapterSet(model);
        Refused("there are none", () => empty.Adaptation("mri"));
    }

    private static void Refused(string said, Action action)
    {
        string message = Assert.Throws<InputException>(action).Message;
        Assert.Contains(said, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    private static AdapterSet Filled(Sam model)
    {
        var set = new AdapterSet(model);
        for (int i = 0; i < s_domains.Length; i++)
        {
            set.Add(s_domains[i].Domain, TrainedMethods.Create(s_domains[i].Config, model, i));
        }

        return set;
    }

    private static float[][] Values(IFineTuning method) => [.. method.Trainable.Select(p => TensorCopy.ToArray(p.Parameter))];

    private static void Train(Sam model, IFineTuning method, int steps)
    {
        using var optimizer = optim.AdamW(method.Trainable.Select(p => p.Parameter), lr: 1e-2);
        for (int step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            method.SetMode(training: true, step);
            optimizer.zero_grad();
            DomainPass.Loss(model, DomainPass.Pictures(2), method.Adaptation).backward();
            optimizer.step();
        }

        method.SetMode(training: false, 0);
    }
}
