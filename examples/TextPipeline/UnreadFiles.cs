using System.Collections.Concurrent;

namespace Cano.Examples.TextPipeline;

/// <summary>Hears of the files that could not be read, for when too many were: a join that is not met tells
/// no names.</summary>
public sealed class UnreadFiles : IWorkflowObserver
{
    private readonly ConcurrentBag<UnreadFile> _files = [];

    /// <summary>In the order of their paths: "a.bin (binary), b.bin (no permission)".</summary>
    public string Told =>
        string.Join(
            ", ",
            _files
                .OrderBy(file => file.Path, StringComparer.Ordinal)
                .Select(file => $"{file.Path} ({file.Reason})")
        );

    /// <summary>A reader's task is called as its file, with its number behind: "a.bin[0]".</summary>
    public void OnTaskFailure(RunPoint at, CanoError error)
    {
        if (at.Task.LastIndexOf('[') is > 0 and var end)
            _files.Add(UnreadFile.Of(at.Task[..end], error));
    }
}
