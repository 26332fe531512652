using SamTune.Adaptation.Domains;
using SamTune.Imaging;

namespace SamTune.Adaptation.Tests.Domains;

public sealed class DomainMixtureTests
{
    [Theory]
    [InlineData("mri", "mri", new[] { "mri" }, new[] { 1.0 })]
    [InlineData("mri:0.7+ct:0.3", "mri:0.7+ct:0.3", new[] { "mri", "ct" }, new[] { 0.7, 0.3 })]
    [InlineData(" mri : 1 + ct:-5e-1", "mri+ct:-0.5", new[] { "mri", "ct" }, new[] { 1, -0.5 })]
    public void A_mixture_is_read_and_written_back(string text, string written, string[] domains, double[] weights)
    {
        DomainMixture mixture = DomainMixture.Parse(text);
        Assert.Equal(domains.Zip(weights), mixture.Parts);
        Assert.Equal(written, mixture.ToString());
        Assert.Equal(domains.Length == 1 ? domains[0] : null, mixture.Lone);
        Assert.Equal(mixture.Parts, DomainMixture.Parse(mixture.ToString()).Parts);
    }

    [Theory]
    [InlineData("")]
    [InlineData("mri+")]
    [InlineData(":0.3")]
    [InlineData("mri:")]
    [InlineData("mri:x")]
    [InlineData("mri:NaN")]
    [InlineData("mri:1e999")]
    [InlineData("mri:0.5:0.5")]
    [InlineData("mri+mri:0.5")]
    public void What_is_no_mixture_is_refused(string text)
    {
        string message = Assert.Throws<InputException>(() => DomainMixture.Parse(text)).Message;
        Assert.StartsWith("domain: ", message, StringComparison.Ordinal);
    }
}
