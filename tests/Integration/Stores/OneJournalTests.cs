using Cano.Faster.Disks;

namespace Cano.Integration.Stores;

/// <summary>A directory is one journal: however it is spelled, whatever becomes of it and of its
/// locks.</summary>
public sealed class OneJournalTests : IDisposable
{
    private readonly TempDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    [Trait("ID", "F73")]
    public async Task A_directory_with_and_without_a_slash_at_its_end_is_one_store()
    {
        var plain = await FasterCheckpointStore.SharedAsync(directory.Path);

        var slashed = await FasterCheckpointStore.SharedAsync(directory.Path + Path.DirectorySeparatorChar);

        Assert.Same(plain, slashed);
        await FasterCheckpointStore.CloseAsync(directory.Path + Path.DirectorySeparatorChar);
        Assert.Contains("closed", await plain.AppendRefusal("a", Rows.Entered(0), 1));
    }

    [Fact]
    [Trait("ID", "F73")]
    public async Task A_link_to_a_directory_is_the_same_journal()
    {
        var link = directory.Path + "-link";
        Directory.CreateSymbolicLink(link, directory.Path);
        try
        {
            await using var store = await directory.Open();

            var text = await Rows.Refusal(() => FasterCheckpointStore.OpenAsync(link, JournalOnDisk.Small));

            Assert.Contains("is open already", text);
        }
        finally
        {
            Directory.Delete(link);
        }
    }

    [Theory]
    [Trait("ID", "F42")]
    [InlineData("journal.lock")]
    [InlineData("journal.meta")]
    public async Task A_second_opener_is_refused_when_a_file_is_replaced_while_the_journal_is_open(
        string name
    )
    {
        if (!OperatingSystem.IsLinux())
            return;
        var store = await directory.Open();
        await store.AppendAsync("a", Rows.Entered(0), 1);
        File.Delete(directory.File("journal.lock"));
        if (name != "journal.lock")
            Replace(directory.File(name));

        Assert.Contains("is open already", await Rows.Refusal(directory.Open));

        if (name == "journal.lock")
            await store.DisposeAsync();
        else
            Assert.Contains(
                "moved, replaced or removed",
                await Rows.Refusal(() => store.DisposeAsync().AsTask())
            );
        await using var reopened = await directory.Open();
        Assert.Single(await reopened.LoadRunAsync("a"));
    }

    [Fact]
    [Trait("ID", "F42")]
    public async Task A_journal_in_use_may_be_read_and_copied()
    {
        await using var store = await directory.Open();
        await store.AppendMany("a", 0, 3);

        using var copy = directory.Crash();

        await using var copied = await copy.Open();
        Assert.Equal(3, (await copied.LoadRunAsync("a")).Count);
    }

    [Fact]
    [Trait("ID", "F43")]
    public async Task Nothing_is_acknowledged_into_a_directory_that_was_moved_away()
    {
        if (OperatingSystem.IsWindows())
            return;
        var moved = directory.Path + "-moved";
        var store = await directory.Open();
        await store.AppendMany("a", 0, 3);
        Directory.Move(directory.Path, moved);
        try
        {
            await using (var other = await directory.Open())
                await other.AppendMany("b", 0, 5);

            var text = await store.AppendRefusal("a", Rows.Entered(3), 1);

            Assert.Contains("moved, replaced or removed", text);
            await store.DisposeAsync();
            await using var found = await directory.Open();
            Assert.Equal(["b"], (await found.List(RunFilter.All)).Select(run => run.RunId));
            Assert.Equal(5, (await found.LoadRunAsync("b")).Count);
        }
        finally
        {
            Directory.Delete(moved, recursive: true);
        }
    }

    [Fact]
    [Trait("ID", "F43")]
    public async Task Nothing_is_acknowledged_into_files_that_were_deleted()
    {
        if (OperatingSystem.IsWindows())
            return;
        await using var store = await directory.Open();
        await store.AppendMany("a", 0, 3);
        foreach (var file in Directory.GetFiles(directory.Path))
            File.Delete(file);

        var text = await store.AppendRefusal("a", Rows.Entered(3), 1);

        Assert.Contains("moved, replaced or removed", text);
    }

    [Fact]
    [Trait("ID", "F43")]
    public async Task A_journal_that_was_moved_away_makes_no_segment_in_the_place_of_another()
    {
        if (OperatingSystem.IsWindows())
            return;
        var moved = directory.Path + "-moved";
        var store = await directory.Open();
        Directory.Move(directory.Path, moved);
        Directory.CreateDirectory(directory.Path);
        try
        {
            Assert.Contains("moved, replaced or removed", await store.AppendRefusal("a", Rows.Entered(0), 1));
            await store.DisposeAsync();

            Assert.Empty(Directory.GetFiles(directory.Path));
        }
        finally
        {
            Directory.Delete(moved, recursive: true);
        }
    }

    [Fact]
    [Trait("ID", "F43")]
    public void A_file_keeps_its_place_until_it_is_replaced()
    {
        var path = directory.File("file");
        using var file = PhysicalDisk.Instance.Open(path, FileMode.CreateNew);
        Assert.True(file.IsInPlace);
        if (OperatingSystem.IsWindows())
            return;

        Replace(path);

        Assert.False(file.IsInPlace);
    }

    /// <summary>Puts a copy of a file in its place.</summary>
    private static void Replace(string path)
    {
        File.Copy(path, path + ".copy");
        File.Move(path + ".copy", path, overwrite: true);
    }
}
