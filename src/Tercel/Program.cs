using Tercel.Commands;

return await CommandLine.Run(args);
