DROP TABLE reports;
DROP TABLE jobs;
DROP TABLE obligations;
DROP TABLE holdings;
DROP TABLE arrivals;
DROP TABLE movements;
