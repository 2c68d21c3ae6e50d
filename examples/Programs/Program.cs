// Small programs, one a file: `dotnet run --project examples/Programs -- three-sources`.
using Cano.Examples.Programs;

var programs = new SortedDictionary<string, (string About, Func<TextWriter, Task> RunAsync)>
{
    ["ad-exchange"] = ("an auction in four splits, with a fan-out for errors", AdExchange.RunAsync),
    ["batching"] = ("items a few at a time; a bad one fails alone", Batching.RunAsync),
    ["concurrent-batch"] = ("many instances at once, waited for by a strategy", ConcurrentBatch.RunAsync),
    ["crash-and-resume"] = ("a run dies inside a task and goes on there", CrashAndResume.RunAsync),
    ["custom-store"] = ("a class of your own in the place of the key-value store", CustomStore.RunAsync),
    ["data-processing"] = ("three processors over the same numbers", DataProcessing.RunAsync),
    ["email-node"] = ("states that are strings; a busy server is asked again", EmailNode.RunAsync),
    ["guarding"] = ("a circuit breaker and a rate limiter", Guarding.RunAsync),
    ["join-strategies"] = ("the six ways to join a split", JoinStrategies.RunAsync),
    ["order"] = ("a linear workflow with two exits", Order.RunAsync),
    ["payment-saga"] = ("a failed shipment refunds and releases", PaymentSaga.RunAsync),
    ["polling"] = ("asks until something is ready", Polling.RunAsync),
    ["processor-node"] = ("one node: prepare, execute, post", ProcessorNode.RunAsync),
    ["scheduled-day"] = ("intervals, cron, triggers, and a flow that trips", ScheduledDay.RunAsync),
    ["stepped-import"] = ("a thousand steps that survive a crash at 600", SteppedImport.RunAsync),
    ["streaming"] = ("readings in windows of three", Streaming.RunAsync),
    ["thirteen-states"] = ("branches, a loop and four ways to an exit", ThirteenStates.RunAsync),
    ["three-sources"] = ("three sources read in parallel, then added up", ThreeSources.RunAsync),
    ["waiting"] = ("timers: a span, and until an instant", Waiting.RunAsync),
};

if (args is [var name] && programs.TryGetValue(name, out var program))
{
    await program.RunAsync(Console.Out);
    return 0;
}

var isAsked = args is [] or ["-h" or "--help"];
var listing = isAsked ? Console.Out : Console.Error;
if (isAsked)
    listing.WriteLine("Usage: Programs NAME, and the names are:");
else
    listing.WriteLine($"There is no program '{string.Join(' ', args)}'. There are:");
foreach (var (known, (about, _)) in programs)
    listing.WriteLine($"{known, -18}{about}");
return isAsked ? 0 : 2;
