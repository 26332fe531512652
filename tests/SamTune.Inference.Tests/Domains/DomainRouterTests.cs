using SamTune.Adaptation.Domains;
using SamTune.Artifacts;
using SamTune.Imaging;
using SamTune.Inference.Domains;
using SamTune.Modeling;
using SamTune.Modeling.Loading;
using SamTune.Testing;

namespace SamTune.Inference.Tests.Domains;

public sealed class DomainRouterTests
{
    private static readonly Dictionary<string, Func<int, RgbImage>> s_domains = new() { ["scan"] = Scenes.Scan, ["field"] = Scenes.Field, ["water"] = Scenes.Water };

    [Fact]
    public void New_pictures_of_each_domain_go_to_it_with_confidence()
    {
        using Sam model = TestModels.Tiny();
        string before = SamFingerprint.Compute(model);
        var router = new DomainRouter(model, Fit(model));
        foreach ((string domain, Func<int, RgbImage> make) in s_domains)
        {
            for (int seed = 100; seed < 105; seed++)
            {
                DomainChoice choice = router.Route(make(seed));
                Assert.Equal((domain, domain), (choice.Domain, choice.Nearest));
                Assert.InRange(choice.Confidence, 0.7, 1);
                Assert.InRange(choice.Distances[domain], 0, 2);
            }
        }

        Assert.Equal(before, SamFingerprint.Compute(model));
    }

    [Fact]
    public void A_picture_of_no_domain_goes_to_the_base()
    {
        using Sam model = TestModels.Tiny();
        DomainChoice choice = new DomainRouter(model, Fit(model)).Route(Scenes.Noise(1));
        Assert.Equal(AdapterSet.BaseName, choice.Domain);
        Assert.InRange(choice.Confidence, 0, 0.5);
        Assert.All(choice.Distances.Values, d => Assert.True(d > 4));
    }

    [Fact]
    public void The_threshold_decides_between_domain_and_base()
    {
        using Sam model = TestModels.Tiny();
        Dictionary<string, DomainEntry> domains = Fit(model);
        RgbImage picture = Scenes.Scan(100), noise = Scenes.Noise(1);
        Dictionary<string, DomainEntry> With(double threshold) => domains.ToDictionary(d => d.Key, d => d.Value with { Threshold = threshold });
        Assert.Equal(AdapterSet.BaseName, new DomainRouter(model, With(1)).Route(picture).Domain);
        DomainChoice anyway = new DomainRouter(model, With(0)).Route(noise);
        Assert.Equal(anyway.Nearest, anyway.Domain);
    }

    [Fact]
    public void Confidence_follows_its_definition()
    {
        using Sam model = TestModels.Tiny();
        var router = new DomainRouter(model, Fit(model));
        foreach (RgbImage picture in new[] { Scenes.Scan(100), Scenes.Water(7) })
        {
            DomainChoice choice = router.Route(picture);
            double expected = Math.Exp(-choice.Distances[choice.Nearest]) / (Math.Exp(-4) + choice.Distances.Values.Sum(d => Math.Exp(-d)));
            Assert.Equal(expected, choice.Confidence, 1e-9);
        }
    }

    [Fact]
    public void Slices_of_a_volume_go_together_by_the_mean_of_their_distances()
    {
        using Sam model = TestModels.Tiny();
        var router = new DomainRouter(model, Fit(model));
        RgbImage[] slices = [Scenes.Scan(100), Scenes.Scan(101), Scenes.Noise(1)];
        DomainChoice together = router.Route(slices, TestContext.Current.CancellationToken);
        foreach (string domain in s_domains.Keys)
        {
            Assert.Equal(slices.Average(s => router.Route(s).Distances[domain]), together.Distances[domain], 1e-9);
        }

        double expected = Math.Exp(-together.Distances[together.Nearest]) / (Math.Exp(-4) + together.Distances.Values.Sum(d => Math.Exp(-d)));
        Assert.Equal(expected, together.Confidence, 1e-9);
        Assert.Equal("scan", router.Route([Scenes.Scan(100), Scenes.Scan(101), Scenes.Scan(102)], TestContext.Current.CancellationToken).Domain);
        Assert.Throws<ArgumentException>(() => router.Route([], TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Prototypes_and_choices_are_the_same_each_time_and_survive_the_file()
    {
        using var folder = new TemporaryFolder();
        using Sam model = TestModels.Tiny();
        Dictionary<string, DomainEntry> first = Fit(model), second = Fit(model);
        Assert.All(first, d => Assert.Equal(d.Value.Prototype!.Features, second[d.Key].Prototype!.Features));
        Assert.All(first, d => Assert.Equal(d.Value.Prototype!.Radius, second[d.Key].Prototype!.Radius));
        new AdapterSetFile { Domains = first }.Write(folder.At("domains.json"));
        var read = new DomainRouter(model, AdapterSetFile.Read(folder.At("domains.json")).Domains);
        var fitted = new DomainRouter(model, first);
        RgbImage picture = Scenes.Field(100);
        Assert.Equal(fitted.Route(picture).Distances, read.Route(picture).Distances);
    }

    [Fact]
    public void Sets_without_usable_prototypes_are_refused()
    {
        using Sam model = TestModels.Tiny();
        Assert.Contains("from two on", Assert.Throws<InputException>(() => DomainRouter.Fit(model, [Scenes.Scan(1)], TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        Assert.Contains("no domain of the set", Assert.Throws<InputException>(() => new DomainRouter(model, new Dictionary<string, DomainEntry> { ["mri"] = new() { Artifact = "a" } })).Message, StringComparison.Ordinal);
        var foreign = new DomainEntry { Artifact = "a", Prototype = new DomainPrototype { Features = [1, 2], Radius = 1, Pictures = 2 } };
        Assert.Contains("this base gives 128", Assert.Throws<InputException>(() => new DomainRouter(model, new Dictionary<string, DomainEntry> { ["mri"] = foreign })).Message, StringComparison.Ordinal);
    }

    private static Dictionary<string, DomainEntry> Fit(Sam model) => s_domains.ToDictionary(
        d => d.Key, d => new DomainEntry { Artifact = $"{d.Key}.safetensors", Prototype = DomainRouter.Fit(model, Enumerable.Range(0, 8).Select(d.Value), TestContext.Current.CancellationToken) });
}
