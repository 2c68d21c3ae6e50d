using System.Runtime.CompilerServices;

namespace Cano.Runtime.Checkpoints;

/// <summary>A listing on its way through a store's runs, page by page: the store is locked for a page, and
/// its runs come and go between pages. A run that is there all the while is listed once.</summary>
internal sealed class RunPages
{
    /// <summary>How many runs are looked at under one lock.</summary>
    public const int PageSize = 256;

    private readonly RunFilter _filter;
    private readonly RunSummary?[] _page;
    private RunPlace? _place;
    private int _found;
    private int _left;

    private RunPages(RunFilter filter, int room)
    {
        _filter = filter;
        _page = new RunSummary?[room];
        _place = filter.Beginning;
        _left = filter.Limit ?? int.MaxValue;
    }

    private bool IsAtEnd { get; set; }

    /// <summary>The runs that a filter finds.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="turn">Calls <see cref="Turn"/> under the store's lock.</param>
    /// <param name="cancel">Ends the listing.</param>
    public static async IAsyncEnumerable<RunSummary> ListAsync(
        RunFilter filter,
        Action<RunPages> turn,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        await ValueTask.CompletedTask.ConfigureAwait(false);
        var pages = new RunPages(filter, PageSize);
        while (!pages.IsAtEnd)
        {
            cancel.ThrowIfCancellationRequested();
            turn(pages);
            for (var i = 0; i < pages._found; i++)
            {
                yield return pages._page[i]!;
                cancel.ThrowIfCancellationRequested();
            }
        }
    }

    /// <summary>How many a filter finds, without their summaries.</summary>
    public static long Count(RunFilter filter, Action<RunPages> turn, CancellationToken cancel)
    {
        var pages = new RunPages(filter, room: 0);
        var count = 0L;
        while (!pages.IsAtEnd)
        {
            cancel.ThrowIfCancellationRequested();
            turn(pages);
            count += pages._found;
        }

        return count;
    }

    /// <summary>Reads the next page.</summary>
    public void Turn<TRun>(RunOrder<TRun> order)
        where TRun : class, IKeptRun
    {
        _found = 0;
        var walk = order.After(in _place);
        for (var seen = 0; seen < PageSize; seen++)
        {
            if (_left == 0 || walk.Next() is not { } run || _filter.IsBehind(run.StartTicks))
            {
                IsAtEnd = true;
                return;
            }

            _place = RunPlace.Of(run);
            if (run.IsListed && _filter.Accepts(run))
                Take(run);
        }
    }

    private void Take<TRun>(TRun run)
        where TRun : class, IKeptRun
    {
        if (_page.Length > 0)
            _page[_found] = run.Summary();
        _found++;
        _left--;
    }
}
