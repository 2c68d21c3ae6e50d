using System.ComponentModel;

namespace Cano.Integration.Resumes;

/// <summary>A retention is read from configuration.</summary>
public sealed class RetentionTextTests
{
    public static TheoryData<string, Retention> Texts =>
        new()
        {
            { "clear", Retention.Clear },
            { " Keep ", Retention.Keep },
            { "7.00:00:00", Retention.KeepFor(TimeSpan.FromDays(7)) },
            { "00:00:30", Retention.KeepFor(TimeSpan.FromSeconds(30)) },
            { "last 1000", Retention.KeepLast(1000) },
            { "LAST  1", Retention.KeepLast(1) },
        };

    [Theory]
    [MemberData(nameof(Texts))]
    [Trait("ID", "S15")]
    public void A_text_is_read_as_the_retention_that_it_says(string text, Retention expected)
    {
        Assert.Equal(expected, Retention.Parse(text));
        Assert.Equal(
            expected,
            TypeDescriptor.GetConverter(typeof(Retention)).ConvertFromInvariantString(text)
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("last")]
    [InlineData("last 0")]
    [InlineData("last -1")]
    [InlineData("last 99999999999")]
    [InlineData("00:00:00")]
    [InlineData("-1.00:00:00")]
    [InlineData("for ever")]
    [Trait("ID", "S15")]
    public void Any_other_text_is_refused_with_the_forms_there_are(string text)
    {
        var refused = Assert.Throws<FormatException>(() => Retention.Parse(text));
        Assert.Contains("last 1000", refused.Message, StringComparison.Ordinal);
    }
}
