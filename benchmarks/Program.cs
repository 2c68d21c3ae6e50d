using BenchmarkDotNet.Running;
using Cano.Benchmarks.Quick;

if (args is ["quick", .. var options])
    return await QuickMode.RunAsync(options, Console.Out);

var summaries = BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return summaries.All(it => !it.HasCriticalValidationErrors && it.Reports.All(report => report.Success))
    ? 0
    : 1;
