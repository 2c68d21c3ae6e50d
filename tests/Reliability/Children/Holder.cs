namespace Cano.Reliability.Children;

/// <summary>Opens a journal, says `open` or what went wrong, and holds it until it is killed.</summary>
internal static class Holder
{
    public const string Opened = "open";

    public static async Task<int> RunAsync(string directory, TextWriter output)
    {
        try
        {
            await using var store = await FasterCheckpointStore.OpenAsync(directory);
            await output.WriteLineAsync(Opened);
            await output.FlushAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System);
            return 0;
        }
        catch (CanoException refused)
        {
            await output.WriteLineAsync(
                $"{refused.Error.Category}: {refused.Error.Message}".ReplaceLineEndings(" ")
            );
            return 0;
        }
    }
}
