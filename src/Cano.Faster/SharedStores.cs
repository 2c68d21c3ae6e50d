namespace Cano.Faster;

/// <summary>The stores that workflows of this process share, one a directory. They are closed with the
/// process.</summary>
internal static class SharedStores
{
    private static readonly Dictionary<string, Task<FasterCheckpointStore>> s_open = [];
    private static readonly Lock s_gate = new();

    static SharedStores() => AppDomain.CurrentDomain.ProcessExit += (_, _) => CloseAll();

    /// <summary>A store whose opening failed is tried again by the next caller.</summary>
    public static Task<FasterCheckpointStore> GetOrOpenAsync(string path, FasterCheckpointOptions? options)
    {
        lock (s_gate)
        {
            if (!s_open.TryGetValue(path, out var store) || store.IsFaulted)
                s_open[path] = store = FasterCheckpointStore.OpenAsync(path, options);
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

    private static void CloseAll()
    {
        string[] paths;
        lock (s_gate)
            paths = [.. s_open.Keys];
        foreach (var path in paths)
            CloseAsync(path).GetAwaiter().GetResult();
    }
}
