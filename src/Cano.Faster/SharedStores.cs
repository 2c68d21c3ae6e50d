using Microsoft.Extensions.Logging;

namespace Cano.Faster;

/// <summary>The stores that workflows of this process share, one a directory. They are closed with the
/// process.</summary>
internal static class SharedStores
{
    private static readonly Dictionary<string, Task<FasterCheckpointStore>> s_open = [];
    private static readonly Lock s_gate = new();

    // Loggers are gone by then, and an exception here would take the place of the program's exit code.
    static SharedStores() =>
        AppDomain.CurrentDomain.ProcessExit += (_, _) => CloseEach(OpenPaths(), Console.Error.WriteLine);

    /// <summary>A store whose opening failed is tried again by the next caller.</summary>
    public static Task<FasterCheckpointStore> GetOrOpenAsync(
        string path,
        FasterCheckpointOptions? options,
        ILogger? logger
    )
    {
        lock (s_gate)
        {
            if (!s_open.TryGetValue(path, out var store) || store.IsFaulted)
                s_open[path] = store = FasterCheckpointStore.OpenAsync(path, options, logger, default);
            return store;
        }
    }

    public static async Task CloseAsync(string path)
    {
        Task<FasterCheckpointStore>? opening;
        lock (s_gate)
            s_open.Remove(path, out opening);

        if (opening is null || opening.IsFaulted)
            return;

        var store = await opening.ConfigureAwait(false);
        await store.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Closes every one of the stores, whatever becomes of the others.</summary>
    /// <param name="paths">Of their directories.</param>
    /// <param name="tell">Told of each that could not be closed.</param>
    public static void CloseEach(IEnumerable<string> paths, Action<string> tell)
    {
        foreach (var path in paths)
            try
            {
                CloseAsync(path).GetAwaiter().GetResult();
            }
            catch (Exception failure)
            {
                Tell(tell, $"closing the journal in '{path}': {failure.Message}");
            }
    }

    private static void Tell(Action<string> tell, string text)
    {
        try
        {
            tell(text);
        }
        catch (Exception)
        {
            // The last who could be told is gone.
        }
    }

    private static string[] OpenPaths()
    {
        lock (s_gate)
            return [.. s_open.Keys];
    }
}
