using Cano.Faster.Disks;

namespace Cano.Faster.Recovery;

/// <summary>Reads the pages of a log in order. While one is used, another thread reads and checks the
/// next: either takes about as long.</summary>
/// <param name="files">The log.</param>
/// <param name="pageSize">The size of its pages.</param>
/// <param name="begin">From where on it is read.</param>
internal sealed class PagePrefetcher(SegmentFiles files, long pageSize, long begin)
{
    /// <summary>The pages from there on; each until the next is asked for.</summary>
    public IEnumerable<LogPage> InOrder()
    {
        var (used, ahead) = (default(LogPage), default(LogPage));
        var reading = Task.CompletedTask;
        try
        {
            foreach (var (address, fileEnd) in Addresses())
            {
                reading.GetAwaiter().GetResult();
                (used, ahead) = (ahead, used ?? new LogPage(pageSize));
                if (used is null)
                {
                    // There is nothing to do meanwhile.
                    ahead.Read(files, address, fileEnd, begin);
                    continue;
                }

                var next = ahead;
                reading = Task.Run(() => next.Read(files, address, fileEnd, begin));
                yield return used;
            }

            reading.GetAwaiter().GetResult();
            if (ahead is not null)
                yield return ahead;
        }
        finally
        {
            // Whoever breaks off may close the files; what went wrong with a page nobody asked for is no
            // matter.
            Task.WhenAny(reading).GetAwaiter().GetResult();
        }
    }

    private IEnumerable<(long Page, long FileEnd)> Addresses()
    {
        foreach (var segment in files.Existing())
        {
            if (segment < files.SegmentOf(begin))
                continue;

            var fileEnd = files.EndOf(segment);
            var first = Math.Max(files.StartOf(segment), begin & -pageSize);
            for (var page = first; page < fileEnd && begin < fileEnd; page += pageSize)
                yield return (page, fileEnd);
        }
    }
}
