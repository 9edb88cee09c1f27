DROP TABLE campaign_places;
DROP TABLE campaigns;
