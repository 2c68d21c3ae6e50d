using System.Net;
using System.Text.RegularExpressions;

namespace Cano.Notebooks;

/// <summary>A headless Chromium.</summary>
internal static partial class Browser
{
    /// <summary>Where it is; null: there is none on this machine.</summary>
    public static string? Path { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(System.IO.Path.PathSeparator)
            .SelectMany(folder =>
                new[] { "chromium", "chromium-browser", "google-chrome" }.Select(name =>
                    System.IO.Path.Combine(folder, name)
                )
            )
            .FirstOrDefault(File.Exists);

    /// <summary>Opens a page, lets its script run, and gives what that has written into the element
    /// "told".</summary>
    public static async Task<string> ToldByAsync(string page)
    {
        var dom = await OpenAsync("--dump-dom", page);
        return WebUtility.HtmlDecode(Told().Match(dom).Groups[1].Value);
    }

    /// <summary>Draws a page of this size into a file.</summary>
    public static Task DrawAsync(string page, string file, int width, int height) =>
        OpenAsync($"--screenshot={file}", $"--window-size={width},{height}", page);

    private static Task<string> OpenAsync(params string[] arguments) =>
        Checkout.RunAsync(
            System.IO.Path.GetTempPath(),
            Path!,
            ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", .. arguments]
        );

    [GeneratedRegex("<pre id=\"told\">(.*?)</pre>", RegexOptions.Singleline)]
    private static partial Regex Told();
}

/// <summary>A test that looks at what a browser shows; skipped, with this reason, where there is
/// none.</summary>
internal sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute()
    {
        if (Browser.Path is null)
            Skip = "There is no Chromium on this machine: install Debian's package `chromium`, or Chrome.";
    }
}
