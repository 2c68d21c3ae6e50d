using Cano.Faster.Disks;
using Cano.Reliability.Children;

namespace Cano.Reliability.Refusing;

/// <summary>Ways to lose the lock of a journal, or the journal itself, while it is open.</summary>
internal static class LockTrials
{
    private static readonly (int Number, string Words)[] s_refusals =
    [
        (37, "No locks available"),
        (38, "Function not implemented"),
        (95, "Operation not supported"),
        (5, "Input/output error"),
    ];

    public static IReadOnlyList<(string What, Func<string, Random, Task> TryAsync)> All { get; } =
    [
        ("the platform's locks switched off", SwitchedOffAsync),
        ("a lock that the system refuses", RefusedAsync),
        ("a lock that is interrupted", InterruptedAsync),
        ("journal.lock removed", (directory, chance) => ReplacedAsync(directory, chance, Remove)),
        ("journal.lock replaced", (directory, chance) => ReplacedAsync(directory, chance, Renew)),
        ("journal.meta replaced", (directory, chance) => ReplacedAsync(directory, chance, RenewBoth)),
        ("another spelling", SpelledAsync),
        ("moved away", (directory, chance) => MovedAsync(directory, chance, _ => { })),
        ("moved away, an empty one in its place", MovedAndMadeAsync),
        ("replaced by a copy", (directory, chance) => MovedAsync(directory, chance, CopyBack)),
        ("removed", (directory, chance) => RemovedAsync(directory, chance, isMadeAgain: false)),
        ("removed and made again", (directory, chance) => RemovedAsync(directory, chance, isMadeAgain: true)),
    ];

    private static async Task SwitchedOffAsync(string directory, Random chance)
    {
        using var first = await PacedChild.OpenAsync(directory, "first", hasLocksOff: true);
        await first.MustAddAsync(chance.Next(12));
        await RefuseAsync(directory, hasLocksOff: true);
        await first.MustAddAsync(chance.Next(1, 12));
        await first.KillAsync();
        using var second = await PacedChild.OpenAsync(directory, "second", hasLocksOff: true);
        await second.MustAddAsync(chance.Next(1, 12));
        await second.KillAsync();
        await first.CheckAsync(directory);
        await second.CheckAsync(directory);
    }

    private static async Task RefusedAsync(string directory, Random chance)
    {
        using var first = await WrittenAsync(directory, chance);
        var (number, words) = s_refusals[chance.Next(s_refusals.Length)];
        // Those of journal.lock, of journal.meta, of the log.
        var at = chance.Next(1, 4);
        using var refused = await PacedChild.StartAsync(
            directory,
            "second",
            refusal: [$"{number}", $"{at}", "1000000"]
        );
        Broken.Unless(
            refused.First.Contains(words) && refused.First.Contains("mount its file system with locks"),
            $"an opener whose lock {at} is refused with '{words}' was told: {refused.First}"
        );
        await first.CheckAsync(directory);
    }

    private static async Task InterruptedAsync(string directory, Random chance)
    {
        using var first = await WrittenAsync(directory, chance);
        using var second = await PacedChild.StartAsync(
            directory,
            "second",
            refusal: ["4", $"{chance.Next(1, 4)}", $"{chance.Next(1, 50)}"]
        );
        Broken.Unless(second.First == Paced.Opened, $"an interrupted opener was told: {second.First}");
        await RefuseAsync(directory);
        await second.KillAsync();
        await first.CheckAsync(directory);
    }

    private static async Task ReplacedAsync(string directory, Random chance, Action<string> replace)
    {
        using var first = await PacedChild.OpenAsync(directory, "first");
        await first.MustAddAsync(chance.Next(1, 12));
        replace(directory);
        await RefuseAsync(directory);
        // It may go on, or notice and stop; what it says is true.
        await first.AddAsync(chance.Next(1, 12));
        await first.KillAsync();
        await first.CheckAsync(directory);
    }

    private static async Task SpelledAsync(string directory, Random chance)
    {
        using var first = await PacedChild.OpenAsync(directory, "first");
        await first.MustAddAsync(chance.Next(12));
        var link = directory + "-link";
        Directory.CreateSymbolicLink(link, directory);
        var parent = Path.GetDirectoryName(directory)!;
        var name = Path.GetFileName(directory);
        (string Spelled, string? Current)[] all =
        [
            (directory + "/", null),
            (directory + "/.", null),
            (link, null),
            (name, parent),
            ($"../{Path.GetFileName(parent)}/{name}//", parent),
        ];
        var (spelled, current) = all[chance.Next(all.Length)];
        await RefuseAsync(spelled, current: current);
        await first.MustAddAsync(chance.Next(1, 12));
        await first.KillAsync();
        Directory.Delete(link);
        await first.CheckAsync(directory);
    }

    private static async Task MovedAsync(string directory, Random chance, Action<string> andThen)
    {
        using var first = await PacedChild.OpenAsync(directory, "first");
        await first.MustAddAsync(chance.Next(1, 12));
        Directory.Move(directory, Moved(directory));
        andThen(directory);
        await MustStopAsync(first);
        await first.CheckAsync(Moved(directory));
        if (Directory.Exists(directory))
            await first.CheckAsync(directory);
    }

    private static async Task MovedAndMadeAsync(string directory, Random chance)
    {
        using var first = await PacedChild.OpenAsync(directory, "first");
        await first.MustAddAsync(chance.Next(12));
        Directory.Move(directory, Moved(directory));
        using var second = await PacedChild.OpenAsync(directory, "second");
        await second.MustAddAsync(chance.Next(12));
        await MustStopAsync(first);
        await second.MustAddAsync(chance.Next(1, 12));
        await second.KillAsync();
        await first.CheckAsync(Moved(directory));
        await second.CheckAsync(directory);
    }

    private static async Task RemovedAsync(string directory, Random chance, bool isMadeAgain)
    {
        using var first = await PacedChild.OpenAsync(directory, "first");
        await first.MustAddAsync(chance.Next(12));
        Directory.Delete(directory, recursive: true);
        using var second = isMadeAgain ? await PacedChild.OpenAsync(directory, "second") : null;
        await MustStopAsync(first);
        if (second is null)
            return;
        await second.MustAddAsync(chance.Next(1, 12));
        await second.KillAsync();
        await second.CheckAsync(directory);
    }

    /// <summary>A journal in which somebody wrote, who is gone.</summary>
    private static async Task<PacedChild> WrittenAsync(string directory, Random chance)
    {
        var first = await PacedChild.OpenAsync(directory, "first");
        await first.MustAddAsync(chance.Next(1, 12));
        await first.KillAsync();
        return first;
    }

    private static async Task RefuseAsync(string directory, bool hasLocksOff = false, string? current = null)
    {
        using var other = await PacedChild.StartAsync(directory, "other", current, hasLocksOff);
        Broken.Unless(
            other.First.Contains("is open already"),
            $"another opener of '{directory}' was told: {other.First}"
        );
    }

    private static async Task MustStopAsync(PacedChild writer)
    {
        var before = writer.Acknowledged;
        var told = await writer.AddAsync(12);
        Broken.Unless(
            writer.Acknowledged == before,
            $"{writer.Acknowledged - before} rows were acknowledged that nobody finds"
        );
        Broken.Unless(
            told?.Contains("moved, replaced or removed") == true,
            $"a writer whose directory is gone was told: {told}"
        );
    }

    private static string Moved(string directory) => directory + "-moved";

    private static void Remove(string directory) =>
        File.Delete(Path.Combine(directory, JournalDirectory.LockName));

    private static void Renew(string directory)
    {
        Remove(directory);
        File.WriteAllText(Path.Combine(directory, JournalDirectory.LockName), "");
    }

    private static void RenewBoth(string directory)
    {
        Renew(directory);
        var meta = Path.Combine(directory, SuperblockFile.Name);
        File.Copy(meta, meta + ".copy");
        File.Move(meta + ".copy", meta, overwrite: true);
    }

    private static void CopyBack(string directory)
    {
        Directory.CreateDirectory(directory);
        foreach (var file in Directory.GetFiles(Moved(directory)))
            if (Path.GetFileName(file) != JournalDirectory.LockName)
                File.Copy(file, Path.Combine(directory, Path.GetFileName(file)));
    }
}
