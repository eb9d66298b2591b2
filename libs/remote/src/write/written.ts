/** How much of a request was taken: what the headers of remote write 2.0 tell. */
export interface Written {
  samples: number;
  histograms: number;
  exemplars: number;
}

export function nothingWritten(): Written {
  return { samples: 0, histograms: 0, exemplars: 0 };
}
